import {
  bytesFromHost,
  bytesFromText,
  PacketBuilder,
  Writer,
  writeAck,
  writeAlive,
  writeDead,
  writePing,
  writePushPullHeader,
  writePushPullNode,
  writeSuspect,
  writeUserPacket,
} from '@hearsay/memberlist/internal'
import type { Generator } from '../world/generator.ts'
import { hostOf, PORT, type SimulatedMember } from '../world/member.ts'
import type { World } from '../world/world.ts'

/** Members that never were: few, as a forger with more would only fill tables up to their bound. */
const GHOSTS = 8
/** Their addresses: nobody's. */
const GHOST_HOSTS_FROM = 60_000

const VERSIONS = Uint8Array.of(1, 5, 2, 0, 0, 0)

/**
 * Messages of a member that lies: readable, with names, addresses and incarnations that could be
 * true, are a little off, or are at an edge.
 */
export class ForgedMessages {
  private readonly world: World
  private readonly draws: Generator
  private readonly builder: PacketBuilder

  constructor(world: World, draws: Generator) {
    this.world = world
    this.draws = draws
    this.builder = new PacketBuilder(world.security)
  }

  /** A packet with one to four of them. */
  packet(liar: SimulatedMember): Uint8Array {
    const { builder, draws } = this
    builder.begin(1_400)
    for (let left = draws.whole(1, 4); left > 0; left--) {
      this.writeOne(liar)
      builder.addWritten()
    }
    return builder.finish(draws.chance(0.5))
  }

  /**
   * A push/pull whose entries are lies, about others: a member's word about itself, by its own
   * stream, is believed, and what it brings upon itself is no fault of the others.
   */
  state(liar: SimulatedMember): Uint8Array {
    const { draws } = this
    const writer = new Writer(4_096)
    const entries = draws.whole(1, 6)
    // Now and then it promises what it has not.
    const promised = draws.chance(0.1) ? entries + draws.whole(1, 1_000_000) : entries
    writePushPullHeader(writer, promised, 0, draws.chance(0.3))
    for (let left = entries; left > 0; left--) {
      const { name, host } = this.victim(liar)
      const state = draws.chance(0.1) ? draws.below(256) : draws.below(4)
      writePushPullNode(
        writer,
        name,
        addressOf(host),
        PORT,
        undefined,
        this.incarnation(name),
        state,
        this.versions(),
      )
    }
    return writer.take()
  }

  private writeOne(liar: SimulatedMember): void {
    const { draws, world } = this
    const { writer } = this.builder
    const { name, host } = this.victim()
    const accuser = draws.pick(world.members)
    switch (draws.below(7)) {
      case 0:
      case 1:
        writeSuspect(writer, this.incarnation(name), name, accuser.nameBytes)
        return
      case 2:
        // From itself: it would have left.
        writeDead(
          writer,
          this.incarnation(name),
          name,
          draws.chance(0.5) ? name : accuser.nameBytes,
        )
        return
      case 3:
      case 4: {
        const address = draws.chance(0.3) ? hostOf(GHOST_HOSTS_FROM + draws.below(GHOSTS)) : host
        const meta = draws.chance(0.3) ? Uint8Array.of(draws.below(256)) : undefined
        const incarnation = this.incarnation(name)
        writeAlive(writer, incarnation, name, addressOf(address), PORT, meta, this.versions())
        return
      }
      case 5:
        if (draws.chance(0.5)) writeAck(writer, draws.bits(), undefined)
        else writePing(writer, draws.bits(), name, addressOf(host), PORT, liar.nameBytes)
        return
      default:
        writeUserPacket(writer, Uint8Array.of(draws.below(4), draws.below(256), 0, 0, 0))
    }
  }

  /** Somebody, who may not exist. */
  private victim(except?: SimulatedMember): { readonly name: Uint8Array; readonly host: string } {
    const { draws, world } = this
    if (draws.chance(0.15)) {
      const ghost = draws.below(GHOSTS)
      return { name: bytesFromText(`ghost-${ghost}`), host: hostOf(GHOST_HOSTS_FROM + ghost) }
    }
    const victim = draws.pick(world.members.filter((member) => member !== except))
    victim.isForgedAbout = true
    return { name: victim.nameBytes, host: victim.host }
  }

  /** Around what the liar could know of it, or at an edge of what there is. */
  private incarnation(name: Uint8Array): number {
    const { draws, world } = this
    const edges = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 2 ** 20, 3 * 2 ** 30, 0xffffffff]
    if (draws.chance(0.25)) return draws.pick(edges)
    const teller = world.members.find(({ isLive }) => isLive)
    const slot = teller?.core.members.find(name, 0, name.length) ?? -1
    const known = slot < 0 || teller === undefined ? 1 : teller.core.members.incarnation(slot)
    const ahead = draws.pick([-1, 0, 0, 0, 1, 1, 2, 1_000, 2 ** 20])
    return Math.min(0xffffffff, Math.max(0, known + ahead))
  }

  private versions(): Uint8Array {
    return this.draws.chance(0.1) ? Uint8Array.of(3, 2, 9, 1, 0, 5) : VERSIONS
  }
}

function addressOf(host: string): Uint8Array {
  const address = bytesFromHost(host)
  if (address === undefined) throw new Error(`${host} is no address`)
  return address
}

/** Bytes that were overheard, spoiled: cut off, some bits turned, or two packets run together. */
export function spoil(bytes: Uint8Array, other: Uint8Array, draws: Generator): Uint8Array {
  const kind = draws.below(4)
  if (kind === 0) return bytes.slice(0, draws.below(bytes.length + 1))
  if (kind === 1) return Uint8Array.of(...bytes, ...other)
  const spoiled = bytes.slice()
  if (spoiled.length === 0) return spoiled
  for (let left = draws.whole(1, 4); left > 0; left--) {
    spoiled[draws.below(spoiled.length)] ^= 1 << draws.below(8)
  }
  return spoiled
}
