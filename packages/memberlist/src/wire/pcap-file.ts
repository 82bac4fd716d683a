/*
 * The two capture file formats, as far as frames go.
 *
 *   pcap    magic u32 (also says the byte order, and micro- or nanoseconds), version u16 u16, 8 bytes,
 *           snap length u32, link type u32 (upper bits are flags)
 *           then frames: seconds u32, fraction u32, captured u32, original u32, bytes
 *   pcapng  blocks: type u32, length u32, body padded to 4, length u32 again
 *           section header  0a0d0d0a  byte order magic 1a2b3c4d; interfaces are counted anew
 *           interface       1         link type u16, 2 bytes, snap length u32, options
 *           enhanced packet 6         interface u32, time high u32, low u32, captured u32, original u32
 *           simple packet   3         original u32
 *           packet (old)    2         interface u16, drops u16, time high, low, captured, original
 */
export interface Frame {
  /** Milliseconds since 1970; 0 where the file does not say. */
  readonly timeMs: number
  /** LINKTYPE_ number of the tcpdump registry. */
  readonly linkType: number
  readonly bytes: Uint8Array
}

export interface FrameFile {
  readonly frames: readonly Frame[]
  /** It ends in the middle of a frame; the whole ones before are there. */
  readonly truncated: boolean
}

const SECTION = 0x0a0d0d0a
const BYTE_ORDER = 0x1a2b3c4d
const MICROSECONDS = 0xa1b2c3d4
const NANOSECONDS = 0xa1b23c4d
const FILE_HEADER_LENGTH = 24
const FRAME_HEADER_LENGTH = 16

/** Whether it begins like a capture file of either format. */
export function isCapture(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false
  const view = viewOf(bytes)
  return view.getUint32(0) === SECTION || orderOf(view) !== undefined
}

/** The frames of a capture file, which are views of it; undefined when it is none. */
export function readFrames(bytes: Uint8Array): FrameFile | undefined {
  if (!isCapture(bytes)) return undefined
  return viewOf(bytes).getUint32(0) === SECTION ? readBlocks(bytes) : readClassic(bytes)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

interface Order {
  readonly little: boolean
  /** Fractions in a millisecond. */
  readonly perMs: number
}

function orderOf(view: DataView): Order | undefined {
  for (const little of [false, true]) {
    const magic = view.getUint32(0, little)
    if (magic === MICROSECONDS) return { little, perMs: 1_000 }
    if (magic === NANOSECONDS) return { little, perMs: 1_000_000 }
  }
  return undefined
}

function readClassic(bytes: Uint8Array): FrameFile {
  const view = viewOf(bytes)
  const order = orderOf(view)
  const frames: Frame[] = []
  if (order === undefined || bytes.length < FILE_HEADER_LENGTH) return { frames, truncated: true }
  const { little, perMs } = order
  const linkType = view.getUint32(20, little) & 0xffff
  let position = FILE_HEADER_LENGTH
  while (position + FRAME_HEADER_LENGTH <= bytes.length) {
    const start = position + FRAME_HEADER_LENGTH
    const end = start + view.getUint32(position + 8, little)
    if (end > bytes.length) break
    const seconds = view.getUint32(position, little)
    const timeMs = microseconds(seconds * 1_000 + view.getUint32(position + 4, little) / perMs)
    frames.push({ timeMs, linkType, bytes: bytes.subarray(start, end) })
    position = end
  }
  return { frames, truncated: position < bytes.length }
}

interface Interface {
  readonly linkType: number
  /** Units of time in a millisecond. */
  readonly perMs: number
}

/** Walks over the blocks of a pcapng file. Bounded by the file: a block has 12 bytes at least. */
function readBlocks(bytes: Uint8Array): FrameFile {
  const view = viewOf(bytes)
  const frames: Frame[] = []
  let interfaces: Interface[] = []
  let little = false
  let position = 0
  while (position + 12 <= bytes.length) {
    const type = view.getUint32(position, little)
    if (type === SECTION) {
      little = view.getUint32(position + 8) !== BYTE_ORDER
      interfaces = []
    }
    const length = view.getUint32(position + 4, little)
    const end = position + length
    if (length < 12 || end > bytes.length) break
    const block = new DataView(bytes.buffer, bytes.byteOffset + position + 8, length - 12)
    if (type === 1) interfaces.push(readInterface(block, little))
    const frame = readBlock(type, block, little, interfaces)
    if (frame !== undefined) frames.push(frame)
    position = end + ((4 - (length & 3)) & 3)
  }
  return { frames, truncated: position < bytes.length }
}

function readInterface(block: DataView, little: boolean): Interface {
  if (block.byteLength < 8) return { linkType: -1, perMs: 1_000 }
  const linkType = block.getUint16(0, little)
  let perMs = 1_000
  for (let at = 8; at + 4 <= block.byteLength; ) {
    const code = block.getUint16(at, little)
    const length = block.getUint16(at + 2, little)
    // if_tsresol: a negative power of 10, or of 2 with the top bit set.
    if (code === 9 && length === 1 && at + 4 < block.byteLength) {
      const exponent = block.getUint8(at + 4)
      perMs = (exponent & 0x80 ? 2 ** (exponent & 0x7f) : 10 ** exponent) / 1_000
    }
    if (code === 0) break
    at += 4 + length + ((4 - (length & 3)) & 3)
  }
  return { linkType, perMs }
}

function readBlock(
  type: number,
  block: DataView,
  little: boolean,
  interfaces: readonly Interface[],
): Frame | undefined {
  const header = type === 6 || type === 2 ? 20 : 4
  if ((type !== 6 && type !== 3 && type !== 2) || block.byteLength < header) return undefined
  const index =
    type === 6 ? block.getUint32(0, little) : type === 2 ? block.getUint16(0, little) : 0
  const found = interfaces[index]
  if (found === undefined) return undefined
  const captured = type === 3 ? block.getUint32(0, little) : block.getUint32(12, little)
  const length = Math.min(captured, block.byteLength - header)
  const bytes = new Uint8Array(block.buffer, block.byteOffset + header, length)
  if (type === 3) return { timeMs: 0, linkType: found.linkType, bytes }
  const units = block.getUint32(4, little) * 0x1_0000_0000 + block.getUint32(8, little)
  return { timeMs: microseconds(units / found.perMs), linkType: found.linkType, bytes }
}

/** What a double of milliseconds since 1970 can hold. */
function microseconds(timeMs: number): number {
  return Math.round(timeMs * 1_000) / 1_000
}
