import { openDevice } from '../device.ts'
import worklet from './microphone_worklet.js?url&no-inline'

export const sampleRate = 16000

export interface Microphone {
  /** As the device gives it, at its own rate. */
  stream: MediaStream
  stop(): void
}

// The browser's own treatment is off: it would change what the recogniser hears.
const untreated: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
}

/**
 * Listens until `stop`. Chunks are PCM16, mono, 16 kHz, 100 ms each.
 * @throws DeviceFailure
 */
export async function openMicrophone(
  onChunk: (chunk: Int16Array<ArrayBuffer>) => void,
  onLost: () => void,
): Promise<Microphone> {
  const stream = await openDevice({ audio: untreated })
  // A context of 16 kHz makes the browser resample.
  const context = new AudioContext({ sampleRate })
  const stop = () => {
    for (const track of stream.getTracks()) track.stop()
    void context.close()
  }
  try {
    await context.audioWorklet.addModule(worklet)
  } catch (failure) {
    stop()
    throw failure
  }
  const packer = new AudioWorkletNode(context, 'pcm-packer', { numberOfOutputs: 0 })
  packer.port.onmessage = event => onChunk(event.data)
  context.createMediaStreamSource(stream).connect(packer)
  stream.getAudioTracks()[0]?.addEventListener('ended', onLost)
  return { stream, stop }
}
