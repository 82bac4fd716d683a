import type { Bytes } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { bytesOfBase64, hexDump } from '../../logic/bytes.ts'
import { formatBytes } from '../../logic/format.ts'
import { pairsOf } from '../../logic/metadata.ts'

/** Pairs as a list, other text as it is, other bytes as a dump. */
export function Metadata({ meta }: { readonly meta: Bytes }) {
  return (
    <section>
      <h3>{t('columnMeta')}</h3>
      <Content meta={meta} />
    </section>
  )
}

function Content({ meta }: { readonly meta: Bytes }) {
  if ('base64' in meta) {
    const bytes = bytesOfBase64(meta.base64)
    return (
      <>
        <p class="hint">{t('binaryOf', { size: formatBytes(bytes.length) })}</p>
        <pre class="bytes" tabindex={0}>
          {hexDump(bytes, 512)}
        </pre>
      </>
    )
  }
  if (meta.text === '') return <p class="hint">{t('metaEmpty')}</p>
  const pairs = pairsOf(meta.text)
  if (pairs === undefined) return <pre class="bytes wrap">{meta.text}</pre>
  return (
    <dl class="facts">
      {pairs.map(([name, value]) => (
        <>
          <dt key={`name ${name}`}>{name}</dt>
          <dd key={`value ${name}`}>{value}</dd>
        </>
      ))}
    </dl>
  )
}
