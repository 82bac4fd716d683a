import { type Pulse, pulsePosition } from '../../logic/pulses.ts'
import type { Place } from '../../logic/ring-layout.ts'
import type { Palette } from './palette.ts'

type Context = CanvasRenderingContext2D

interface PulsesPicture {
  readonly places: ReadonlyMap<string, Place>
  readonly palette: Palette
  /** Without motion: the whole way as a line, for as long as something is on it. */
  readonly isStill: boolean
}

/** Draws what is on its way: probes as dashes, gossip out as discs, gossip in as rings. */
export function paintPulses(
  context: Context,
  pulses: readonly Pulse[],
  now: number,
  { places, palette, isStill }: PulsesPicture,
): void {
  for (const pulse of pulses) {
    const place = places.get(pulse.name)
    const position = pulsePosition(pulse, now)
    if (place === undefined || position === undefined) continue
    context.strokeStyle = palette.pulses[pulse.kind]
    context.fillStyle = palette.pulses[pulse.kind]
    if (isStill || pulse.kind === 'stream') paintWay(context, place, pulse)
    else paintMoving(context, place, pulse, position)
  }
}

function paintWay(context: Context, place: Place, pulse: Pulse): void {
  context.globalAlpha = 0.55
  context.lineWidth = 1.5
  context.setLineDash(
    ['ping', 'ack', 'stream'].includes(pulse.kind)
      ? []
      : pulse.kind === 'indirect'
        ? [7, 4]
        : [1.5, 4],
  )
  context.beginPath()
  context.moveTo(0, 0)
  context.lineTo(place.x, place.y)
  context.stroke()
  context.setLineDash([])
  context.globalAlpha = 1
}

function paintMoving(context: Context, place: Place, pulse: Pulse, position: number): void {
  const [x, y] = [place.x * position, place.y * position]
  context.globalAlpha = 0.18
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(0, 0)
  context.lineTo(place.x, place.y)
  context.stroke()
  context.globalAlpha = 1
  context.beginPath()
  if (pulse.kind === 'ping' || pulse.kind === 'ack' || pulse.kind === 'indirect') {
    const distance = Math.hypot(place.x, place.y) || 1
    const [dx, dy] = [(place.x / distance) * 6, (place.y / distance) * 6]
    context.lineWidth = 3
    context.setLineDash(pulse.kind === 'indirect' ? [3, 2] : [])
    context.moveTo(x - dx, y - dy)
    context.lineTo(x + dx, y + dy)
    context.stroke()
    context.setLineDash([])
    return
  }
  context.arc(x, y, 3, 0, 2 * Math.PI)
  context.lineWidth = 1.6
  if (pulse.kind === 'gossip') context.fill()
  else context.stroke()
}
