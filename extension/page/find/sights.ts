/**
 * Which places a number's country was told by, as a person saw them, or not told by, as they were hidden. A class or a
 * style that shows or hides one of them changes no text: the numbers of that record are read again then.
 */
import { isConnected } from "./dom.ts";
import { shownIn } from "./roots.ts";
import { isSeen } from "./seen.ts";

type Place = Text | Element;

/** Also in a component that shows it in a slot: a style in its root may hide that. */
function isIn(place: Place, within: Node): boolean {
  let at: Place | null = place;
  while (at && at !== within) at = shownIn(at);
  return at !== null;
}

export function openSights(sees: (place: Place) => boolean) {
  const noted = new WeakMap<Element, Map<Place, boolean>>();
  return {
    /** Whether each place was seen when a number of the record was read. */
    note(record: Element, places: ReadonlyMap<Place, boolean>): void {
      if (places.size > 0) noted.set(record, new Map([...(noted.get(record) ?? []), ...places]));
    },
    /** True where a place in an element is seen now and was not, or no longer. Reads layout. */
    changed(record: Element, within: Node): boolean {
      const places = noted.get(record);
      let changed = false;
      for (const [place, seen] of places ?? []) {
        if (!isConnected(place)) places!.delete(place);
        else if (isIn(place, within) && sees(place) !== seen) changed = true;
      }
      return changed;
    },
  };
}

export const sights = openSights(isSeen);
