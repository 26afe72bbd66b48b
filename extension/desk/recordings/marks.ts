/** Parts of a recording that a person marks by dragging on its waveform; they move by their middle, and grow by their edges. */
import type WaveSurfer from "wavesurfer.js";
import RegionsPlugin, { type Region } from "wavesurfer.js/plugins/regions";

/** In seconds. */
export type Part = [from: number, to: number];

/** Binary fractions: 12.3 times ten is a little more than 123. */
const SLACK = 1e-6;
/** To whole tenths, outwards: no more is heard than was marked. */
export const outwards = (from: number, to: number): Part => [
  Math.floor(from * 10 + SLACK) / 10,
  Math.ceil(to * 10 - SLACK) / 10,
];

export interface Marks {
  /** Shows these alone, and tells nobody. */
  show: (parts: readonly Part[]) => void;
}

/** `changed` gets all parts, by their beginning, whenever the person marks, moves or removes (by a double click) one. */
export function marksOn(player: WaveSurfer, colour: string, changed: (parts: Part[]) => void): Marks {
  // It has its functions once it is the player's.
  const plugin = player.registerPlugin(RegionsPlugin.create());
  let showing = false;
  /** By region: those that nobody moved stay as they were given, as no region is beyond the end or as exact as a part. */
  const given = new Map<string, Part>();
  const partOf = ({ id, start, end }: Region): Part => given.get(id) ?? outwards(start, end);
  const tell = () => {
    if (showing) return;
    const parts = plugin.getRegions().map(partOf);
    changed(parts.filter(([from, to]) => from < to).sort(([a], [b]) => a - b));
  };
  plugin.enableDragSelection({ color: colour });
  plugin.on("region-created", tell);
  plugin.on("region-updated", ({ id }) => {
    given.delete(id);
    tell();
  });
  plugin.on("region-double-clicked", (region, event) => {
    event.stopPropagation();
    region.remove();
    tell();
  });
  return {
    show(parts) {
      showing = true;
      plugin.clearRegions();
      given.clear();
      for (const part of parts) {
        const [start, end] = part;
        given.set(plugin.addRegion({ start, end, color: colour }).id, part);
      }
      showing = false;
    },
  };
}
