import type { Inspection } from '@hearsay/memberlist/internal'
import type { Paint } from '../output/color.ts'
import { printable } from '../output/printable.ts'
import type { InspectInput } from './inputs.ts'

type Layer = Inspection['layers'][number]
type Message = Inspection['messages'][number]

/** What is in an input, for people: the layers on a line, then each message on one. */
export function inspectionLines(
  { channel, layers, messages }: Inspection,
  number: number,
  { bytes, seen }: InspectInput,
  paint: Paint,
): string[] {
  const between = seen === undefined ? '' : `${seen.time}  ${seen.source} > ${seen.destination}  `
  const head = `${number}  ${between}${channel}, ${bytes.length} bytes`
  const wrapping = layers.length === 0 ? '' : `: ${layers.map(layerText).join(' > ')}`
  return [paint('bold', head) + wrapping, ...messages.flatMap((each) => messageLines(each, paint))]
}

function layerText(layer: Layer): string {
  switch (layer.type) {
    case 'label':
      return `label ${JSON.stringify(printable(layer.label))}`
    case 'encrypt':
      return `encrypted (version ${layer.version})`
    case 'crc':
      return layer.ok ? 'checksum' : 'checksum that does not match'
    case 'compress':
      return `compressed (${layer.bytes} bytes within)`
    case 'compound':
      return `compound of ${layer.count}`
  }
}

function messageLines(message: Message, paint: Paint): string[] {
  if (message.type === 'error') {
    return [`   ${paint('red', 'error')}  ${message.reason} at byte ${message.offset}`]
  }
  const { type, ...fields } = message
  const simple: string[] = []
  const nested: string[] = []
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (Array.isArray(value) && value.some((each) => typeof each === 'object')) {
      nested.push(...value.map((each: object) => `     ${fieldsText(each)}`))
    } else simple.push(`${name}=${valueText(value)}`)
  }
  return [`   ${paint('cyan', type)}  ${simple.join(' ')}`.trimEnd(), ...nested]
}

function fieldsText(value: object): string {
  const entries = Object.entries(value) as [string, unknown][]
  return entries.map(([name, each]) => `${name}=${valueText(each)}`).join(' ')
}

function valueText(value: unknown): string {
  return printable(JSON.stringify(value))
}
