import type { Activity, Member } from '../../api/types.ts'
import { isOver, maxPulses, type Pulse, pulsesOf } from '../../logic/pulses.ts'
import { nearest, type Place, ringLayout } from '../../logic/ring-layout.ts'
import { paintMembers } from './paint-members.ts'
import { paintPulses } from './paint-pulses.ts'
import { readPalette } from './palette.ts'

/** Room around the ring for the names. */
const marginX = 130
const marginY = 44
const minRadius = 70
/** How often a picture without motion is drawn while something is going on. */
const stillMs = 250

/**
 * The cluster on two canvases: members, drawn when they change, and above them what is on its way,
 * drawn in every frame while there is something.
 */
export class Picture {
  readonly #base: HTMLCanvasElement
  readonly #overlay: HTMLCanvasElement
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)')
  #palette = readPalette()
  #size = { width: 0, height: 0 }
  #places: readonly Place[] = []
  #placeOf: ReadonlyMap<string, Place> = new Map()
  #members: ReadonlyMap<string, Member> = new Map()
  #local: Member | undefined
  #reached: ReadonlySet<string> = new Set()
  #pointedAt: string | undefined
  #pulses: Pulse[] = []
  #isFrameAsked = false
  #isBaseAsked = false
  #isGone = false

  constructor(base: HTMLCanvasElement, overlay: HTMLCanvasElement) {
    this.#base = base
    this.#overlay = overlay
  }

  setMembers(members: ReadonlyMap<string, Member>): void {
    const all = [...members.values()]
    const others = all.filter(({ local }) => !local).map(({ name }) => name)
    this.#local = all.find(({ local }) => local)
    this.#members = members
    const isSame =
      others.length === this.#places.length && others.every((n) => this.#placeOf.has(n))
    if (!isSame) this.#place(others)
    this.#askBase()
  }

  setReached(names: ReadonlySet<string>): void {
    this.#reached = names
    this.#askBase()
  }

  recolor(): void {
    this.#palette = readPalette()
    this.#askBase()
  }

  resize(width: number, height: number): void {
    this.#size = { width, height }
    for (const canvas of [this.#base, this.#overlay]) {
      canvas.width = Math.round(width * devicePixelRatio)
      canvas.height = Math.round(height * devicePixelRatio)
    }
    this.#place(this.#places.map(({ name }) => name))
    this.#askBase()
  }

  /** The member at a point of the canvas, marked from now on. */
  point(x: number, y: number): Place | undefined {
    const { width, height } = this.#size
    const place = nearest(this.#places, x - width / 2, y - height / 2, 14)
    if (place?.name === this.#pointedAt) return place
    this.#pointedAt = place?.name
    this.#askBase()
    return place
  }

  show(activity: Activity): void {
    if (document.hidden) return
    const now = performance.now()
    this.#pulses.push(...pulsesOf(activity, now, maxPulses - this.#pulses.length))
    this.#askFrame()
  }

  dispose(): void {
    this.#isGone = true
  }

  get #radius(): number {
    const { width, height } = this.#size
    const marginOfSides = width < 520 ? 60 : marginX
    return Math.max(minRadius, Math.min(width / 2 - marginOfSides, height / 2 - marginY))
  }

  #place(names: readonly string[]): void {
    const inOrder = [...names].sort(new Intl.Collator('en', { numeric: true }).compare)
    this.#places = ringLayout(inOrder, this.#radius)
    this.#placeOf = new Map(this.#places.map((place) => [place.name, place]))
  }

  #askBase(): void {
    if (this.#isBaseAsked) return
    this.#isBaseAsked = true
    requestAnimationFrame(() => {
      this.#isBaseAsked = false
      if (!this.#isGone) this.#paintBase()
    })
  }

  #paintBase(): void {
    const context = this.#cleared(this.#base)
    if (context === null) return
    const count = this.#places.length
    paintMembers(context, {
      places: this.#places,
      members: this.#members,
      local: this.#local,
      size: count > 300 ? 3.5 : count > 60 ? 5 : 7,
      pointedAt: this.#pointedAt,
      reached: this.#reached,
      palette: this.#palette,
    })
  }

  #askFrame(): void {
    if (this.#isFrameAsked || this.#isGone) return
    this.#isFrameAsked = true
    const run = () => {
      this.#isFrameAsked = false
      this.#paintFrame()
    }
    if (this.#still.matches) setTimeout(run, stillMs)
    else requestAnimationFrame(run)
  }

  #paintFrame(): void {
    const now = performance.now()
    this.#pulses = this.#pulses.filter((pulse) => !isOver(pulse, now))
    const context = this.#cleared(this.#overlay)
    if (context === null) return
    const isStill = this.#still.matches
    const [places, palette] = [this.#placeOf, this.#palette]
    paintPulses(context, this.#pulses, now, { places, palette, isStill })
    if (this.#pulses.length > 0) this.#askFrame()
  }

  #cleared(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
    const context = canvas.getContext('2d')
    const { width, height } = this.#size
    context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    context?.clearRect(0, 0, width, height)
    context?.translate(width / 2, height / 2)
    return context
  }
}
