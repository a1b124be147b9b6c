// The pages' types are those of the server (S-1).

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { typesFile, typesFor } from '../../web/tool/types.mjs'
import { startServer } from './server.mjs'

test('web/src/api/schema.ts is what web/tool/types.mjs writes today', async () => {
  const server = await startServer()
  try {
    const response = await fetch(`${server.origin}/openapi.json`)
    assert.equal(await readFile(typesFile, 'utf8'), typesFor(await response.json()))
  } finally {
    await server.stop()
  }
})
