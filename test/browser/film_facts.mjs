import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * What a film is, as ffmpeg sees it when it decodes all of it; fails for one that is broken.
 * @param isCut  it may end in the middle of a frame, as what a recorder gives does at any time
 * @returns {Promise<{video: object, audio: object, seconds: number, longestGap: number}>} streams
 *   as ffprobe tells them, and how long its sound is without a packet at most, in seconds
 */
export async function factsOf(bytes, isCut = false) {
  const folder = await mkdtemp(path.join(tmpdir(), 'antiphon-film-'))
  try {
    const file = path.join(folder, 'film')
    await writeFile(file, bytes)
    // Each frame as it is: two at the same time are no fault of a recorder that stood still.
    const asItIs = ['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-f', 'hash', '-']
    const decoded = await run('ffmpeg', ['-v', 'error', '-i', file, ...asItIs])
    const wrong = isCut
      ? decoded.stderr.replace(/^.*File ended prematurely.*$/m, '')
      : decoded.stderr
    if (wrong.trim()) throw new Error(wrong)
    const probe = ['-v', 'error', '-of', 'json', '-show_streams', '-show_packets', file]
    const { stdout } = await run('ffprobe', probe, { maxBuffer: 1 << 28 })
    return told(JSON.parse(stdout))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Whether each frame's corner is the green of the browser's fake camera. */
export async function isGreenAllTheTime(bytes) {
  const folder = await mkdtemp(path.join(tmpdir(), 'antiphon-film-'))
  try {
    const file = path.join(folder, 'film')
    await writeFile(file, bytes)
    const pixel = ['-vf', 'crop=2:2:620:20,scale=1:1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-']
    const decode = ['-v', 'error', '-i', file, '-fps_mode', 'passthrough', ...pixel]
    const { stdout } = await run('ffmpeg', decode, { encoding: 'buffer' })
    const frames = stdout.length / 3
    const isGreen = at => stdout[at + 1] > 80 && stdout[at] < 80 && stdout[at + 2] < 80
    return frames > 10 && Array.from({ length: frames }, (_, n) => 3 * n).every(isGreen)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function told({ streams, packets }) {
  const byKind = kind => streams.find(stream => stream.codec_type === kind)
  const times = packets
    .filter(packet => packet.codec_type === 'audio')
    .map(packet => Number(packet.pts_time))
  const gaps = times.slice(1).map((time, index) => time - times[index])
  return {
    video: byKind('video'),
    audio: byKind('audio'),
    seconds: Math.max(...times),
    longestGap: Math.max(...gaps),
  }
}
