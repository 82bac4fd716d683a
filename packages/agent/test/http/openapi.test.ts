import { describe, expect, test } from 'vitest'
import { apiOf } from '../fakes/api.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}
interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly security?: readonly object[]
}

async function documentOf(token?: string): Promise<Document> {
  const { call } = apiOf(token === undefined ? {} : { token })
  return (await (await call('GET', '/openapi.json')).json()) as Document
}

describe('The description of the API', () => {
  test('is an OpenAPI document', async () => {
    const { openapi, paths } = await documentOf()
    expect(openapi).toBe('3.1.0')
    expect(Object.keys(paths).length).toBeGreaterThan(15)
  })

  test('leads nowhere that does not exist', async () => {
    const document = await documentOf()
    const text = JSON.stringify(document)
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
    expect(references.length).toBeGreaterThan(20)
    for (const [, name = ''] of references) {
      expect(Object.keys(document.components.schemas)).toContain(name)
    }
    expect(text).not.toContain('$defs')
    expect(text).not.toContain('$schema')
  })

  test('calls each operation something else', async () => {
    const { paths } = await documentOf()
    const ids = Object.values(paths).flatMap((each) =>
      Object.values(each).map((one) => one.operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain('postMembersNameMessages')
  })

  test('has the parameters that are checked', async () => {
    const { paths } = await documentOf()
    expect(paths['/v1/members/{name}/messages']?.['post']?.parameters).toEqual([
      { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
      expect.objectContaining({ name: 'reliable', in: 'query' }),
    ])
    expect(paths['/v1/members']?.['get']?.parameters).toEqual([
      expect.objectContaining({ name: 'state', in: 'query', schema: { type: 'string' } }),
    ])
  })

  test('asks for the token where the API does', async () => {
    const { paths } = await documentOf('t')
    expect(paths['/v1/members']?.['get']?.security).toEqual([{ token: [] }])
    expect(paths['/healthz']?.['get']?.security).toEqual([])
    expect((await documentOf()).paths['/v1/members']?.['get']?.security).toBeUndefined()
  })
})
