import { useSignal } from '@preact/signals'
import type { KeyValue } from '../../api/kv.ts'
import { ApiProblem } from '../../api/problem.ts'
import { t } from '../../i18n/index.ts'
import { hexDump, textOf } from '../../logic/bytes.ts'
import { formatBytes } from '../../logic/format.ts'
import { Field } from '../../parts/field.tsx'
import { Problem } from '../../parts/notice.tsx'
import { save } from '../../parts/save.ts'
import { say } from '../../state/announcements.ts'
import { keyApi } from '../../state/keys.ts'

/** Text beyond this is shown as a dump: nobody edits it in a field. */
const maxEditedBytes = 65_536
const dumpedBytes = 1_024

interface ValueEditorProps {
  readonly name: string
  readonly value: KeyValue
  /** Deleted meanwhile: what is written makes it anew. */
  readonly isGone: boolean
  readonly onWritten: () => Promise<void>
}

export function ValueEditor({ name, value, isGone, onWritten }: ValueEditorProps) {
  const text = value.bytes.length <= maxEditedBytes ? textOf(value.bytes) : undefined
  if (text === undefined) return <Dump name={name} value={value} />
  return <TextEditor name={name} value={value} text={text} isGone={isGone} onWritten={onWritten} />
}

function TextEditor(props: ValueEditorProps & { readonly text: string }) {
  const { name, value, text, isGone, onWritten } = props
  /** What was typed, and the version that it was typed over. */
  const draft = useSignal<{ readonly text: string; readonly over: string } | undefined>(undefined)
  const problem = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const write = async (isForced: boolean): Promise<void> => {
    if (draft.value === undefined || isBusy.value) return
    const ifVersion = isForced ? undefined : isGone ? null : draft.value.over
    isBusy.value = true
    problem.value = undefined
    try {
      await keyApi.write(name, new TextEncoder().encode(draft.value.text), { ifVersion })
      draft.value = undefined
      say(t('keyWritten', { key: name }))
      await onWritten()
    } catch (error) {
      problem.value = error
    } finally {
      isBusy.value = false
    }
  }
  const isConflict = problem.value instanceof ApiProblem && problem.value.status === 412
  const isOutdated = draft.value !== undefined && draft.value.over !== value.version
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void write(false)
      }}
    >
      <Field label={t('value')} hint={isOutdated ? t('keyChangedMeanwhile') : undefined}>
        {(ids) => (
          <textarea
            {...ids}
            rows={8}
            spellcheck={false}
            value={draft.value?.text ?? text}
            onInput={(event) => {
              const over = draft.value?.over ?? value.version
              draft.value = { text: event.currentTarget.value, over }
            }}
          />
        )}
      </Field>
      {problem.value !== undefined && <Problem error={problem.value} />}
      <div class="row-buttons">
        <button
          type="submit"
          class="primary"
          disabled={draft.value === undefined}
          aria-disabled={isBusy.value}
        >
          {t('save')}
        </button>
        {isConflict && (
          <button type="button" class="danger" onClick={() => void write(true)}>
            {t('keyOverwrite')}
          </button>
        )}
        {draft.value !== undefined && (
          <button
            type="button"
            onClick={() => {
              draft.value = undefined
              problem.value = undefined
            }}
          >
            {t('discard')}
          </button>
        )}
      </div>
    </form>
  )
}

function Dump({ name, value }: { readonly name: string; readonly value: KeyValue }) {
  const { bytes } = value
  const isCut = bytes.length > dumpedBytes
  return (
    <section>
      <h3>{t('value')}</h3>
      <p class="hint">
        {t('binaryOf', { size: formatBytes(bytes.length) })}{' '}
        {isCut && t('binaryCut', { size: formatBytes(dumpedBytes) })}
      </p>
      <pre class="bytes" tabindex={0}>
        {hexDump(bytes, dumpedBytes)}
      </pre>
      <button
        type="button"
        onClick={() => save(name.replace(/[^\w.-]+/g, '_'), new Blob([Uint8Array.from(bytes)]))}
      >
        {t('download')}
      </button>
    </section>
  )
}
