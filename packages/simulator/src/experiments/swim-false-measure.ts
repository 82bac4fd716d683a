import { inspect } from '@hearsay/memberlist/internal'
import { defaultNetwork } from '../scenarios/network.ts'
import { simulate } from '../simulate.ts'
import { bareScenario, type RuleSet, ruleSets, settingsOfRules } from './base.ts'

export interface FalseDetectionTask {
  readonly kind: 'swim-false'
  readonly nodes: number
  readonly seconds: number
  readonly seed: number
  readonly rules: RuleSet
  readonly loss: number
  readonly indirectChecks: number
}

export interface FalseDetectionOutcome {
  readonly probes: number
  readonly failed: number
}

/** The probe of a member that is under way. */
interface Probe {
  readonly sequence: number
  isAnswered: boolean
}

/** How many probes of living members fail, seen in the packets: a ping whose ack never comes to who asked. */
export function measureFalseDetection(task: FalseDetectionTask): FalseDetectionOutcome {
  const { nodes, seconds, seed, rules, loss, indirectChecks } = task
  const current = new Array<Probe | undefined>(nodes).fill(undefined)
  const begins = new Uint8Array(nodes)
  const outcome = { probes: 0, failed: 0 }
  const scenario = bareScenario(nodes, seconds * 1_000, {
    // Probes of even length, and nobody is ever given up: only the probes themselves are looked at.
    rules: { ...ruleSets[rules], localHealthProbe: false },
    settings: {
      ...settingsOfRules(rules),
      indirectChecks,
      disableTcpPings: true,
      enableCompression: false,
      gossipIntervalMs: 0,
      pushPullIntervalMs: 0,
      reconnectIntervalMs: 0,
      suspicionMultiplier: 1_000,
    },
    network: { ...defaultNetwork, loss },
  })
  simulate(scenario, seed, {
    observe: (event) => {
      if (event.type === 'timer') {
        if (event.kind === 'probe' || event.kind === 'probe-again') begins[event.member] = 1
      } else if (event.type === 'sent' && begins[event.from] === 1) {
        begins[event.from] = 0
        const ping = inspect(event.bytes, { channel: 'packet' }).messages[0]
        if (ping?.type !== 'ping') return
        const before = current[event.from]
        if (before !== undefined) {
          outcome.probes++
          if (!before.isAnswered) outcome.failed++
        }
        current[event.from] = { sequence: ping.SeqNo, isAnswered: false }
      } else if (event.type === 'arrived') {
        const probe = current[event.to]
        if (probe === undefined || probe.isAnswered) return
        for (const message of inspect(event.bytes, { channel: 'packet' }).messages) {
          if (message.type === 'ackResp' && message.SeqNo === probe.sequence)
            probe.isAnswered = true
        }
      }
    },
  })
  return outcome
}
