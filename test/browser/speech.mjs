import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const pauseSeconds = 1.2

/**
 * Speaks sentences with flite, a pause before and after each, as Chromium's fake microphone wants
 * them: WAV, 48 kHz, mono.
 * @returns {Promise<{file: string, remove(): Promise<void>}>}
 */
export async function speak(sentences) {
  const folder = await mkdtemp(path.join(tmpdir(), 'antiphon-speech-'))
  const parts = sentences.map((_, index) => path.join(folder, `${index}.wav`))
  for (const [index, sentence] of sentences.entries()) {
    await run('flite', ['-voice', 'slt', '-t', sentence, '-o', parts[index]])
  }
  const file = path.join(folder, 'speech.wav')
  const inputs = parts.flatMap(part => ['-i', part])
  const padded = parts.map(
    (_, index) =>
      `[${index}]aresample=48000,adelay=${pauseSeconds * 1000}:all=1,` +
      `apad=pad_dur=${pauseSeconds}[p${index}]`,
  )
  const all = parts.map((_, index) => `[p${index}]`).join('')
  const filter = [...padded, `${all}concat=n=${parts.length}:v=0:a=1`].join(';')
  await run('ffmpeg', ['-v', 'error', ...inputs, '-filter_complex', filter, '-ac', '1', file])
  return { file, remove: () => rm(folder, { recursive: true, force: true }) }
}
