"""As many streams of continuous speech as the recogniser lets in, in the fast rung; the next one is
refused. Lag is how much had been sent beyond what a transcription tells of, when it comes. Then
workers are killed at random: each may cost one utterance. Ten minutes; --quick talks for twenty
seconds.
"""

import os
import random
import shutil
import signal
import subprocess
import threading
import time
import wave

from common import programs, report, talk

STREAMS = 24
RATE = 16000
FRAME_SECONDS = 0.1
KILL_EVERY_SECONDS = 2
TEXT = ("The old ship sailed out of the harbor at dawn and nobody knew when it would return. "
        "Fresh bread smells best early in the morning when the streets are still empty. "
        "Our customers want faster delivery and lower prices than a year ago.")


def speech_samples(folder):
    """Continuous speech of flite's at 16 kHz: sentences with half a second between them."""
    if not shutil.which("flite"):
        raise programs.CannotRun("flite is not there: tool/setup installs it")
    path = folder / "speech.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", TEXT, "-o", path], check=True)
    with wave.open(str(path)) as file:
        if file.getframerate() != RATE:
            raise programs.CannotRun(f"flite spoke at {file.getframerate()} Hz")
        return file.readframes(file.getnframes()) + bytes(RATE)  # half a second of nothing


class Speaker:
    """One take that is spoken to on schedule, and listens to what comes of it."""

    def __init__(self, server, sound, number, seconds):
        self.take = talk.Take(server)
        self.sound, self.seconds = sound, seconds
        self.at = number * 2 * RATE % len(sound)  # nobody says the same at the same time
        self.sent = self.heard = self.finals = self.lost = 0
        self.refusal = None
        self.begin = 0.0
        self.lags = []  # (seconds since the begin, seconds of sound)

    def open(self):
        """Whether the recogniser lets it in."""
        self.take.connect()
        self.take.connection.settimeout(None)  # who lags says nothing for a while
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        begun = time.monotonic()
        while not self.heard and not self.refusal and time.monotonic() - begun < 20:
            self._send()
            time.sleep(FRAME_SECONDS)
        return not self.refusal

    def talk(self):
        """On schedule: a piece is sent when it would have been spoken."""
        self.begin, first = time.monotonic(), self.sent
        while (now := time.monotonic() - self.begin) < self.seconds:
            while (self.sent - first) / RATE < now:
                self._send()
            time.sleep(FRAME_SECONDS / 2)

    def _send(self):
        size = int(2 * RATE * FRAME_SECONDS)
        piece = (self.sound + self.sound)[self.at : self.at + size]
        self.at = (self.at + size) % len(self.sound)
        self.take.send_sound(piece)
        self.sent += size // 2

    def _listen(self):
        try:
            while True:
                event = self.take.next_event()
                kind = event.get("type")
                if kind == "listening":
                    self.heard = event["heardSamples"]
                elif kind == "transcription":
                    lag = (self.sent - event["endSample"]) / RATE
                    self.lags.append((time.monotonic() - self.begin, lag))
                    self.finals += event["isFinal"]
                elif kind == "error" and event["code"] == "utterance_lost":
                    self.lost += 1
                elif kind == "error" and event["code"] == "recogniser_unavailable":
                    self.refusal = event["message"]
        except (talk.Ended, OSError):
            pass


def workers_of(server):
    """Processes of antiphon-speech that serve a stream: those below the program itself."""
    found = []
    for pid in programs.process_tree(server.pid):
        try:
            name = open(f"/proc/{pid}/comm").read().strip()
            parent = int(programs.stat_fields(pid)[1])
            is_worker = open(f"/proc/{parent}/comm").read().strip() == "antiphon-speech"
        except (OSError, IndexError):
            continue
        if name == "antiphon-speech" and is_worker:
            found.append(pid)
    return found


def kill_workers(server, seconds):
    """Kills one at random now and then; how many."""
    killed, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(KILL_EVERY_SECONDS)
        workers = workers_of(server)
        if workers:
            os.kill(random.choice(workers), signal.SIGKILL)
            killed += 1
    return killed


def lag_at(speakers, begin, end):
    """The worst stream's mean lag in that part of the time."""
    means = []
    for each in speakers:
        part = [lag for at, lag in each.lags if begin <= at < end]
        if part:
            means.append(sum(part) / len(part))
    return max(means, default=0.0)


def talk_for(speakers, seconds, meanwhile=None):
    for each in speakers:
        each.seconds, each.lags = seconds, []
    threads = [threading.Thread(target=each.talk, daemon=True) for each in speakers]
    for thread in threads:
        thread.start()
    result = meanwhile() if meanwhile else None
    for thread in threads:
        thread.join()
    return result


def run(options):
    seconds = 20 if options.quick else 600
    result = report.Result(["streams", "lag s, first tenth", "lag s, last tenth", "finals", "lost",
                            "speech CPU s"])
    with programs.running(programs.whole_server, cores=2) as server:
        sound = speech_samples(server.folder)
        speakers, refusal = [], None
        while len(speakers) < 256 and refusal is None:
            speaker = Speaker(server, sound, len(speakers), seconds)
            if speaker.open():
                speakers.append(speaker)
            else:
                refusal = speaker.refusal
        talking = speakers[:STREAMS]
        cpu = server.cpu_seconds()
        talk_for(talking, seconds)
        cpu = server.cpu_seconds() - cpu
        first = lag_at(talking, 0, seconds / 10)
        last = lag_at(talking, seconds * 0.9, seconds)
        result.add(len(talking), first, last, sum(each.finals for each in talking),
                   sum(each.lost for each in talking), cpu)
        before = sum(each.lost for each in talking)
        killing = max(10, seconds / 10)
        killed = talk_for(talking, killing, lambda: kill_workers(server, killing))
        lost = sum(each.lost for each in talking) - before
    print(f"refused after {len(speakers)} streams: {refusal}")
    result.figure("streams let in", len(speakers), f"at least {STREAMS}")
    result.figure("lag at the end, s", last, "at most 0.5")
    result.figure("lag at the end less that at the begin, s", last - first, "not growing")
    result.figure("utterances lost for each killed worker", lost / max(1, killed), "at most 1")
    return result
