// Packs the microphone's samples into PCM16 chunks of 100 ms. Runs on the audio thread; plain
// JavaScript, because a worklet is loaded by its address and not bundled.

const chunkSamples = 1600 // 100 ms at 16 kHz

class PcmPacker extends AudioWorkletProcessor {
  chunk = new Int16Array(chunkSamples)
  filled = 0

  process([input]) {
    const channel = input?.[0]
    if (channel) for (const sample of channel) this.add(sample)
    return true
  }

  add(sample) {
    const limited = Math.max(-1, Math.min(1, sample))
    this.chunk[this.filled++] = Math.round(limited * 32767)
    if (this.filled < chunkSamples) return
    this.port.postMessage(this.chunk, [this.chunk.buffer])
    this.chunk = new Int16Array(chunkSamples)
    this.filled = 0
  }
}

registerProcessor('pcm-packer', PcmPacker)
