/** Parts of a recording that a person marks by dragging on its waveform; they move by their middle, and grow by their edges. */
import type WaveSurfer from "wavesurfer.js";
import RegionsPlugin, { type Region } from "wavesurfer.js/plugins/regions";

/** In seconds. */
export type Part = [from: number, to: number];

/** A tenth: nobody hears less. */
const round = (seconds: number): number => Math.round(seconds * 10) / 10;
const SHORTEST = 0.1;

export interface Marks {
  /** Shows these alone, and tells nobody. */
  show: (parts: readonly Part[]) => void;
}

/** `changed` gets all parts, by their beginning, whenever the person marks, moves or removes (by a double click) one. */
export function marksOn(player: WaveSurfer, colour: string, changed: (parts: Part[]) => void): Marks {
  // It has its functions once it is the player's.
  const plugin = player.registerPlugin(RegionsPlugin.create());
  let showing = false;
  const partOf = ({ start, end }: Region): Part => [round(start), round(end)];
  const tell = () => {
    if (showing) return;
    const parts = plugin.getRegions().map(partOf);
    changed(parts.filter(([from, to]) => to - from >= SHORTEST).sort(([a], [b]) => a - b));
  };
  plugin.enableDragSelection({ color: colour });
  plugin.on("region-created", tell);
  plugin.on("region-updated", tell);
  plugin.on("region-double-clicked", (region, event) => {
    event.stopPropagation();
    region.remove();
    tell();
  });
  return {
    show(parts) {
      showing = true;
      plugin.clearRegions();
      for (const [start, end] of parts) plugin.addRegion({ start, end, color: colour });
      showing = false;
    },
  };
}
