import { readCapture } from '@hearsay/memberlist/internal'
import { addressText } from '../configuration/address.ts'
import { usageFailure } from '../failure.ts'
import type { InspectDefaults, InspectInput } from './inputs.ts'

export interface Capture {
  readonly inputs: readonly InspectInput[]
  /** What the user should know of what is not shown. */
  readonly notes: readonly string[]
}

/** The inputs in a pcap or pcapng: a datagram each, or what one side of a connection sent. */
export function captureInputs(
  content: Uint8Array,
  source: string,
  defaults: InspectDefaults,
  ports: readonly number[],
): Capture {
  const reading = readCapture(content, ports.length === 0 ? {} : { ports })
  if (reading === undefined)
    throw usageFailure(`${source} is a capture of a kind that is not read.`)
  const { inputs, skipped, truncated } = reading
  const frames = Object.entries(skipped).filter(([, count]) => count > 0)
  return {
    inputs: inputs.map((input) => ({
      ...defaults,
      channel: input.channel,
      bytes: input.bytes,
      seen: {
        time: new Date(input.timeMs).toISOString(),
        source: addressText(input.source.host, input.source.port),
        destination: addressText(input.destination.host, input.destination.port),
      },
    })),
    notes: [
      ...frames.map(([reason, count]) => `${source}: ${count} frames passed over (${reason}).`),
      ...(truncated ? [`${source} ends in the middle of a frame.`] : []),
    ],
  }
}
