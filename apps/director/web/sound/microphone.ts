import worklet from './microphone_worklet.js?url&no-inline'

export const sampleRate = 16000

/** Why there is no sound, in words that the page can explain. */
export type MicrophoneProblem = 'denied' | 'missing' | 'busy' | 'unsupported'

export class MicrophoneFailure extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(problem)
  }
}

export interface Microphone {
  stop(): void
}

/**
 * Listens until `stop`. Chunks are PCM16, mono, 16 kHz, 100 ms each.
 * @throws MicrophoneFailure
 */
export async function openMicrophone(
  onChunk: (chunk: Int16Array<ArrayBuffer>) => void,
  onLost: () => void,
): Promise<Microphone> {
  const stream = await openStream()
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
  return { stop }
}

// The browser's own treatment is off: it would change what the recogniser hears.
async function openStream(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new MicrophoneFailure('unsupported')
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        channelCount: 1,
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
      },
    })
  } catch (failure) {
    throw new MicrophoneFailure(problemOf(failure))
  }
}

function problemOf(failure: unknown): MicrophoneProblem {
  const name = failure instanceof DOMException ? failure.name : ''
  if (name === 'NotAllowedError') return 'denied'
  if (name === 'NotFoundError') return 'missing'
  return 'busy'
}
