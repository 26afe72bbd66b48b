/** Marks on a waveform: what is told of them, whatever a drag and a region make of the numbers. */
import { afterEach, expect, it, vi } from "vitest";
import type WaveSurfer from "wavesurfer.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

interface Region {
  id: string;
  start: number;
  end: number;
}

/** A recording of 30 seconds. Its regions are cut to it, as the plugin's are. */
async function opened() {
  vi.resetModules();
  const element = () => ({ style: {}, setAttribute: () => undefined, appendChild: () => undefined });
  vi.stubGlobal("document", { createElement: element });
  const { marksOn } = await import("../../../../extension/desk/recordings/marks.ts");
  const heard = new Map<string, (region: Region) => void>();
  let regions: Region[] = [];
  const plugin = {
    on: (event: string, listener: (region: Region) => void) => heard.set(event, listener),
    enableDragSelection: () => undefined,
    getRegions: () => regions,
    clearRegions: () => (regions = []),
    addRegion({ start, end }: Omit<Region, "id">) {
      const region = { id: `r${regions.length}`, start, end: Math.min(end, 30) };
      regions.push(region);
      heard.get("region-created")!(region);
      return region;
    },
  };
  const told: [number, number][][] = [];
  const player = { registerPlugin: () => plugin } as unknown as WaveSurfer;
  const marks = marksOn(player, "red", (parts) => told.push(parts));
  return { marks, plugin, told, move: (region: Region) => heard.get("region-updated")!(region) };
}

it("a part that is marked is told to whole tenths, outwards", async () => {
  const { plugin, told, move } = await opened();
  const region = plugin.addRegion({ start: 12.56, end: 20.04 });
  expect(told.at(-1)).toEqual([[12.5, 20.1]]);
  // What is on a tenth stays there, however it is written in binary.
  Object.assign(region, { start: 12.3, end: 16.1 });
  move(region);
  expect(told.at(-1)).toEqual([[12.3, 16.1]]);
});

it("parts that nobody moved stay as they were written, also short ones and those beyond the end", async () => {
  const { marks, plugin, told, move } = await opened();
  marks.show([
    [1.01, 1.06],
    [12.56, 20.04],
    [29.5, 40],
  ]);
  expect(told).toEqual([]);
  const third = plugin.addRegion({ start: 5, end: 6 });
  expect(told.at(-1)).toEqual([
    [1.01, 1.06],
    [5, 6],
    [12.56, 20.04],
    [29.5, 40],
  ]);
  Object.assign(third, { start: 5.55 });
  move(third);
  expect(told.at(-1)![1]).toEqual([5.5, 6]);
});
