import { computed, effect, signal } from '@preact/signals'
import { summarizeSpread } from '../../logic/spread.ts'
import { localMember } from '../../state/members.ts'
import { followed, spread } from '../../state/spread.ts'

/** A replay takes that long, however fast the write was. */
const replayMs = 4_000
const frameMs = 50

/** How far the replay is, from 0 to 1; undefined while there is none. */
export const replayed = signal<number | undefined>(undefined)
let timer: ReturnType<typeof setInterval> | undefined

/** Shows again how the write went from member to member, slow enough to be seen. */
export function replay(): void {
  clearInterval(timer)
  const startedAt = performance.now()
  replayed.value = 0
  timer = setInterval(() => {
    const part = (performance.now() - startedAt) / replayMs
    replayed.value = part < 1 ? part : undefined
    if (part >= 1) clearInterval(timer)
  }, frameMs)
}

effect(() => {
  // Another write that is followed ends the replay of the one before.
  void followed.value
  clearInterval(timer)
  replayed.value = undefined
})

/** Members that are shown to have the write, now or at this moment of the replay. */
export const reachedNames = computed<ReadonlySet<string>>(() => {
  const current = spread.value
  if (current === undefined) return new Set()
  const { order, lastMs = 0 } = summarizeSpread(current)
  const untilMs = replayed.value === undefined ? Number.POSITIVE_INFINITY : replayed.value * lastMs
  const reached = order.filter(({ afterMs }) => afterMs <= untilMs).map(({ name }) => name)
  // It was written on the member that looks.
  return new Set([...reached, localMember.value?.name ?? ''])
})
