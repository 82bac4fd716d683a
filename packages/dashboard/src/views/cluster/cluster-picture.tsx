import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { listenToActivity } from '../../state/activity.ts'
import { isLive } from '../../state/connection.ts'
import { localMember, members, stateCounts } from '../../state/members.ts'
import { go } from '../../state/route.ts'
import { onPaletteChange } from './palette.ts'
import { Picture } from './picture.ts'
import { reachedNames } from './spread-replay.ts'

export function ClusterPicture() {
  const box = useRef<HTMLDivElement>(null)
  const base = useRef<HTMLCanvasElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const picture = useSignal<Picture | undefined>(undefined)
  const pointedAt = useSignal<string | undefined>(undefined)

  useEffect(() => {
    if (box.current === null || base.current === null || overlay.current === null) return
    const made = new Picture(base.current, overlay.current)
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) made.resize(entry.contentRect.width, entry.contentRect.height)
    })
    observer.observe(box.current)
    const stopColors = onPaletteChange(() => made.recolor())
    picture.value = made
    return () => {
      observer.disconnect()
      stopColors()
      made.dispose()
    }
  }, [picture])
  useSignalEffect(() => picture.value?.setMembers(members.value ?? new Map()))
  useSignalEffect(() => picture.value?.setReached(reachedNames.value))
  useSignalEffect(() => {
    const made = picture.value
    if (made === undefined || !isLive.value) return
    return listenToActivity((activity) => made.show(activity))
  })

  const point = (event: MouseEvent): string | undefined => {
    const name = picture.value?.point(event.offsetX, event.offsetY)?.name
    pointedAt.value = name
    return name
  }
  return (
    <div class="picture" ref={box}>
      <canvas ref={base} role="img" aria-label={describe()} />
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: it has no tabindex */}
      <canvas
        ref={overlay}
        aria-hidden="true"
        class={pointedAt.value === undefined ? '' : 'pointing'}
        onMouseMove={point}
        onClick={(event) => {
          const name = point(event)
          if (name !== undefined) go('members', name)
        }}
      />
    </div>
  )
}

function describe(): string {
  const { alive, suspect, failed, left } = stateCounts.value
  const name = localMember.value?.name ?? '?'
  return t('pictureLabel', { name, alive, suspect, failed, left })
}
