// The cheapest to encode first: it runs beside all else that the page does.
const types = [
  'video/webm;codecs=vp8,opus',
  'video/webm;codecs=vp9,opus',
  'video/webm',
  'video/mp4',
]
const framesPerSecond = 60
const partMs = 1000
const videoBitsPerSecond = 5_000_000
const audioBitsPerSecond = 128_000

/** Whether and as what this browser can record. */
export function recordingType(): string | undefined {
  if (typeof MediaRecorder === 'undefined') return undefined
  return types.find(type => MediaRecorder.isTypeSupported(type))
}

/**
 * Records what is on a canvas with the microphone's own sound. While there is no sound it stands
 * still, so that its time stays that of the take.
 */
export class Recorder {
  private readonly context = new AudioContext()
  private readonly sound = this.context.createMediaStreamDestination()
  private readonly recorder: MediaRecorder
  private source: MediaStreamAudioSourceNode | null = null

  constructor(
    canvas: HTMLCanvasElement,
    type: string,
    private readonly onPart: (part: Blob) => void,
    onFailed: () => void,
  ) {
    const picture = canvas.captureStream(framesPerSecond)
    const stream = new MediaStream([...picture.getTracks(), ...this.sound.stream.getTracks()])
    this.recorder = new MediaRecorder(stream, {
      mimeType: type,
      videoBitsPerSecond,
      audioBitsPerSecond,
    })
    this.recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) this.onPart(data)
    }
    this.recorder.onerror = onFailed
  }

  /** Goes on with this sound, or stands still without. */
  setSound(stream: MediaStream | null): void {
    this.source?.disconnect()
    this.source = stream && this.context.createMediaStreamSource(stream)
    this.source?.connect(this.sound)
    const { state } = this.recorder
    if (stream && state === 'inactive') this.recorder.start(partMs)
    if (stream && state === 'paused') this.recorder.resume()
    if (!stream && state === 'recording') this.recorder.pause()
  }

  /** Ends when the last part was given. */
  async stop(): Promise<void> {
    if (this.recorder.state !== 'inactive') {
      const stopped = new Promise(done => this.recorder.addEventListener('stop', done))
      this.recorder.stop()
      await stopped
    }
    for (const track of this.recorder.stream.getTracks()) track.stop()
    await this.context.close()
  }
}
