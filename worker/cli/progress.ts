/** Progress on stderr: a bar on a terminal, elsewhere a line every ten per cent, nothing if `quiet`. */
import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  update: (done: number, total: number) => void;
  stop: () => void;
}

export function progress(label: string, quiet: boolean): Progress {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  if (process.stderr.isTTY) {
    const bar = new SingleBar(
      { format: `${label} {bar} {percentage}%`, stream: process.stderr },
      Presets.shades_classic,
    );
    let started = false;
    return {
      update: (done, total) => {
        if (!started) bar.start(total, done);
        else bar.update(done);
        started = true;
      },
      stop: () => bar.stop(),
    };
  }
  let said = -1;
  return {
    update: (done, total) => {
      const tenth = Math.floor((done / Math.max(total, 1)) * 10);
      if (tenth > said) process.stderr.write(`${label} ${tenth * 10}%\n`);
      said = Math.max(said, tenth);
    },
    stop: () => undefined,
  };
}
