import { describe, expectTypeOf, it } from 'vitest'
import type { KvChangeJson, KvEntryJson, KvListJson } from '../../agent/src/http/schemas/kv.ts'
import type { MemberJson, AgentEvent as Told } from '../../agent/src/http/schemas.ts'
import type { ActivityJson, HistoryJson, SpreadJson } from '../../agent/src/live/schemas.ts'
import type {
  Activity,
  AgentEvent,
  History,
  KeyChange,
  KeyEntry,
  KeyPage,
  Member,
  Spread,
} from '../src/api/types.ts'

describe('what the page reads', () => {
  it('is what the agent answers, as the compiler sees it', () => {
    expectTypeOf<MemberJson>().toExtend<Member>()
    expectTypeOf<Told>().toExtend<AgentEvent>()
    expectTypeOf<HistoryJson['columns']['time']>().toExtend<History['columns']['time']>()
    expectTypeOf<ActivityJson>().toExtend<Activity>()
    expectTypeOf<SpreadJson>().toExtend<Spread>()
    expectTypeOf<KvEntryJson>().toExtend<KeyEntry>()
    expectTypeOf<KvListJson>().toExtend<KeyPage>()
    expectTypeOf<KvChangeJson>().toExtend<KeyChange>()
  })
})
