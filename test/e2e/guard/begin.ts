/** What the fixture page runs: begins one row. */
import { routes } from "./routes.ts";
import { again, beside, gestures, inPlace, tricks } from "./tricks.ts";

export interface RouteWindow {
  /** Where the rows add their elements. */
  place: HTMLElement;
  /** How often the page's own handler heard a click. */
  heard: Record<string, number>;
}

/** Begins one row, and returns where to click for it, in its frame. Runs in the page. */
export function begin(name: string, address: string): { x: number; y: number } | null {
  const { place, heard } = window as unknown as RouteWindow;
  const route = [...again, ...routes, ...tricks, ...inPlace, ...beside, ...gestures.map((g) => g.route)].find(
    (r) => r.name === name,
  )!;
  // A frame that was removed cannot say what it was about to do.
  if (route.by) place.replaceChildren();
  const element = route.put(place, address);
  if (!element) return null;
  element.addEventListener("click", () => (heard[address] = (heard[address] ?? 0) + 1));
  if (route.by === "Enter") element.focus();
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
