import { settingDefinitions } from '@hearsay/memberlist'
import type { z } from 'zod'
import { stepFields } from './steps.ts'

/** The first thing that is wrong, as one sentence: where, what it is, what it must be. */
export function explain(value: unknown, error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined) return 'it is not valid.'
  const path = pathText(issue.path)
  const found = at(value, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    if (path === '') return `"${key}" is unknown${asSetting(key)}.`
    return `${path} has "${key}", which is unknown${known(found)}.`
  }
  // The message of a step that does something unknown lists what may be done; it belongs to the step.
  const isStep = issue.code === 'invalid_union' && issue.path.at(-1) === 'do'
  if (path === '') return `it is ${shown(found)}; it must be one JSON object.`
  if (found === undefined && !isStep) return `${path} is missing; it must be ${issue.message}.`
  return `${path} is ${shown(found)}; it must be ${isStep ? doText() : issue.message}.`
}

function doText(): string {
  return `one of ${[...stepFields.keys()].join(', ')}`
}

function asSetting(key: string): string {
  return key in settingDefinitions ? '; it is a setting, and those go into "settings"' : ''
}

function known(found: unknown): string {
  if (typeof found !== 'object' || found === null || !('do' in found)) return ''
  const fields = stepFields.get(String(found.do))
  return fields === undefined ? '' : `; "${String(found.do)}" takes ${fields.join(', ')}`
}

/** `steps[2].loss` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`,
    )
    .join('')
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Reflect.get(found, key)
  }
  return found
}

const longest = 60

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
