/**
 * Plays a recording, with a waveform and by keyboard. wavesurfer draws the waveform and owns the audio element. Where it is
 * given `parts`, a person marks them: by dragging, or with a key where one begins and again where it ends.
 */
import { ActionIcon, Alert, Text, useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import WaveSurfer from "wavesurfer.js";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { fill } from "../parts/texts.ts";
import { sayLength, speakLength } from "./format.ts";
import { type Marks, marksOn, outwards, type Part } from "./marks.ts";

const text = recordingsEn.audio;
/** Seconds that an arrow key moves. */
const STEP = 5;
/** Seconds. A longer recording has no waveform: drawing one decodes all audio into memory, 32 kB a second. */
const LONG = 2 * 60 * 60;

interface PlayerProps {
  audio: Blob;
  /** As registered. Once the audio has loaded, its own length is shown. */
  seconds: number;
  parts?: readonly Part[];
  mark?: (parts: Part[]) => void;
}

export function RecordingPlayer({ audio, seconds, parts, mark }: PlayerProps) {
  const wave = useRef<HTMLDivElement>(null);
  const surfer = useRef<WaveSurfer>(null);
  const scheme = useComputedColorScheme();
  const [ready, setReady] = useState(false);
  const [broken, setBroken] = useState(false);
  const [playing, setPlaying] = useState(false);
  const [length, setLength] = useState(seconds);
  const [at, setAt] = useState(0);
  /** The position for screen readers: it changes when the person moves it, not each second while it plays. */
  const [spoken, setSpoken] = useState(0);
  const long = seconds > LONG;
  const marks = useRef<Marks>(null);
  /** Where a part begins that is being marked by key. */
  const [begun, setBegun] = useState<number | null>(null);
  const marked = useEffectEvent((now: Part[]) => mark?.(now));
  const marking = mark !== undefined;

  useEffect(() => {
    const player = WaveSurfer.create({
      container: wave.current!,
      height: 72,
      barWidth: 2,
      barGap: 1,
      // Telephone audio is quiet.
      normalize: true,
    });
    surfer.current = player;
    if (marking) {
      const colour = getComputedStyle(wave.current!).getPropertyValue("--desk-bad");
      marks.current = marksOn(player, `color-mix(in srgb, ${colour} 35%, transparent)`, marked);
    }
    player.on("ready", (duration) => {
      setLength(duration);
      setReady(true);
      // The button that opened it is gone: the player takes the keys now.
      wave.current?.focus();
    });
    player.on("timeupdate", setAt);
    player.on("seeking", setSpoken);
    player.on("play", () => setPlaying(true));
    player.on("pause", () => {
      setPlaying(false);
      setSpoken(player.getCurrentTime());
    });
    player.on("finish", () => setPlaying(false));
    player.on("error", () => setBroken(true));
    // The "error" event above handles failures.
    (long ? player.loadBlob(audio, [[0]], seconds) : player.loadBlob(audio)).catch(() => undefined);
    // Stops the sound and revokes the blob's address.
    return () => {
      marks.current = null;
      player.destroy();
    };
  }, [audio, long, seconds, marking]);

  const shown = JSON.stringify(parts ?? []);
  useEffect(() => {
    if (ready) marks.current?.show(JSON.parse(shown) as Part[]);
  }, [ready, shown]);

  useEffect(() => {
    const colour = (name: string) => getComputedStyle(wave.current!).getPropertyValue(name);
    surfer.current?.setOptions({
      waveColor: colour("--mantine-color-dimmed"),
      progressColor: colour("--mantine-color-anchor"),
      cursorColor: colour("--mantine-color-text"),
    });
  }, [scheme, audio]);

  const toggle = () => void surfer.current?.playPause();
  // On the media element itself: wavesurfer drops a step that comes while another is under way.
  function goTo(to: (at: number) => number) {
    const media = surfer.current?.getMediaElement();
    if (media) media.currentTime = Math.min(Math.max(0, to(media.currentTime)), length);
  }
  const keys: Record<string, () => void> = {
    " ": toggle,
    ArrowLeft: () => goTo((at) => at - STEP),
    ArrowDown: () => goTo((at) => at - STEP),
    ArrowRight: () => goTo((at) => at + STEP),
    ArrowUp: () => goTo((at) => at + STEP),
    Home: () => goTo(() => 0),
    End: () => goTo(() => length),
    // With Shift or Caps Lock as well.
    ...(mark && { m: markHere, M: markHere }),
  };
  function markHere() {
    const now = surfer.current?.getCurrentTime() ?? 0;
    setBegun(begun === null ? now : null);
    if (begun === null || begun === now) return;
    const part = outwards(Math.min(begun, now), Math.max(begun, now));
    mark?.([...(parts ?? []), part].sort(([a], [b]) => a - b));
  }
  function press(event: KeyboardEvent) {
    const does = event.altKey || event.ctrlKey || event.metaKey ? undefined : keys[event.key];
    // On a focused button the space bar already clicks.
    if (!does || !ready || (event.key === " " && event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    does();
  }

  if (broken)
    return (
      <Alert color="red" role="alert">
        {text.broken}
      </Alert>
    );
  return (
    <div role="group" aria-label={text.player} onKeyDown={press}>
      <div className="desk-player">
        <ActionIcon
          size="xl"
          radius="xl"
          disabled={!ready}
          aria-label={playing ? text.pause : text.play}
          onClick={toggle}
        >
          <svg viewBox="0 0 24 24" width="20" height="20" fill="currentColor" aria-hidden="true">
            <path d={playing ? "M7 5h4v14H7zM13 5h4v14h-4z" : "M8 5v14l11-7z"} />
          </svg>
        </ActionIcon>
        <div
          ref={wave}
          className="desk-wave"
          role="slider"
          tabIndex={0}
          aria-label={text.position}
          aria-valuemin={0}
          aria-valuemax={Math.round(length)}
          aria-valuenow={Math.round(spoken)}
          aria-valuetext={fill(text.of, { at: speakLength(spoken), all: speakLength(length) })}
        />
        <Text size="sm" className="desk-number" aria-hidden="true">
          {sayLength(at)} / {sayLength(length)}
        </Text>
      </div>
      <Text size="sm" c="dimmed" mt="xs">
        {text.keys} {long && text.long} {mark && text.marks}
      </Text>
      {mark && (
        <Text size="sm" role="status">
          {begun !== null && fill(text.begun, { at: sayLength(begun) })}
        </Text>
      )}
    </div>
  );
}
