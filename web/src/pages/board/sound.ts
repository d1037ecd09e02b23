/** The browser's sound: prepared clips, scheduled to the sample so that a sentence has no gaps. */
import type { Part, Speaker } from "./player";

/** How long the browser may take to begin. */
const BEGIN_MS = 400;

export interface Sound extends Speaker {
  /** After somebody touched the page, which every browser asks for unless its settings say otherwise. */
  unlock(): void;
  /** Fetches every clip beforehand: the first call is as quick as the others, and the network may fail later. */
  prepare(): Promise<void>;
  blocked(): boolean;
}

export function openSound(): Sound {
  const context = new AudioContext();
  const clips = new Map<string, Promise<AudioBuffer | null>>();

  const load = async (name: string): Promise<AudioBuffer | null> => {
    try {
      const answer = await fetch(`/sounds/${name}.mp3`);
      if (!answer.ok) return null;
      return await context.decodeAudioData(await answer.arrayBuffer());
    } catch {
      return null;
    }
  };

  const clip = (name: string): Promise<AudioBuffer | null> => {
    let loading = clips.get(name);
    if (!loading) {
      loading = load(name).then((buffer) => {
        // Perhaps the network is back the next time.
        if (!buffer) clips.delete(name);
        return buffer;
      });
      clips.set(name, loading);
    }
    return loading;
  };

  return {
    blocked: () => context.state !== "running",
    unlock() {
      void context.resume();
    },
    async prepare() {
      try {
        const names = Object.keys(await (await fetch("/sounds/clips.json")).json());
        for (const name of names) await clip(name);
      } catch {
        // Each clip is fetched when it is wanted, then.
      }
    },
    async allowed() {
      if (context.state !== "running") {
        await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, BEGIN_MS))]);
      }
      return context.state === "running";
    },
    play(parts: Part[], ended: () => void) {
      let sources: AudioBufferSourceNode[] = [];
      let stopped = false;
      void Promise.all(parts.map((part) => (typeof part === "string" ? clip(part) : part))).then((ready) => {
        if (stopped) return;
        let at = context.currentTime + 0.03;
        for (const part of ready) {
          if (part === null) continue;
          if (typeof part === "number") {
            at += part / 1000;
            continue;
          }
          const source = context.createBufferSource();
          source.buffer = part;
          source.connect(context.destination);
          source.start(at);
          at += part.duration;
          sources.push(source);
        }
        const last = sources.at(-1);
        // Without any clip there is nothing to hear and nothing to wait for.
        if (last) last.onended = ended;
        else ended();
      });
      return () => {
        stopped = true;
        for (const source of sources) {
          source.onended = null;
          source.stop();
          source.disconnect();
        }
        sources = [];
      };
    },
  };
}
