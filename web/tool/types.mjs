// Writes TypeScript types from the server's OpenAPI document.
//
//   node web/tool/types.mjs http://127.0.0.1:8080/openapi.json    into web/src/api/schema.ts
//
// Reads the part of JSON Schema that the server writes: objects, arrays, enumerations, references.

import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export const typesFile = fileURLToPath(new URL('../src/api/schema.ts', import.meta.url))

const simple = { integer: 'number', number: 'number', string: 'string', boolean: 'boolean' }

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split('/').at(-1)
  if (schema.enum) return schema.enum.map(value => `'${value}'`).join(' | ')
  if (schema.type === 'array') return `${typeOf(schema.items)}[]`
  const types = [schema.type].flat().map(name => simple[name] ?? 'unknown')
  return [...new Set(types)].join(' | ')
}

function comment(schema, indent) {
  const unit = schema['x-unit'] ? `, ${schema['x-unit']}` : ''
  const text = schema.description?.split('\n')[0]
  return text ? `${indent}/** ${text}${unit} */\n` : ''
}

function member(name, schema, required) {
  const mark = required.includes(name) ? '' : '?'
  return `${comment(schema, '  ')}  ${name}${mark}: ${typeOf(schema)}\n`
}

function declaration([name, schema]) {
  const head = comment(schema, '')
  if (schema.type !== 'object') return `${head}export type ${name} = ${typeOf(schema)}\n`
  const members = Object.entries(schema.properties ?? {})
  const lines = members.map(([key, value]) => member(key, value, schema.required ?? []))
  return `${head}export interface ${name} {\n${lines.join('')}}\n`
}

/** The text of schema.ts for an OpenAPI document. */
export function typesFor(document) {
  const title = '// Made by web/tool/types.mjs from /openapi.json; not to be edited.\n'
  return [title, ...Object.entries(document.components.schemas).map(declaration)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const response = await fetch(process.argv[2])
  await writeFile(typesFile, typesFor(await response.json()))
}
