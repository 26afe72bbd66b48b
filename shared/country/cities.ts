/**
 * The countries of large cities. A page gets the table from the background when a number first needs it, as it is an
 * eighth of all that would be loaded into every page.
 */

/** A table: names as `placeKey` makes them, joined by `|`, by country. */
export type CityTable = Readonly<Record<string, string>>;
/** The countries that have a large city of this name, which is as `placeKey` makes it. */
export type Cities = (key: string) => readonly string[];

/** Reads the table on first need. */
export function citiesIn(table: CityTable): Cities {
  let byCity: Map<string, string[]> | null = null;
  return (key) => {
    if (!byCity) {
      byCity = new Map();
      for (const [region, names] of Object.entries(table))
        for (const city of names.split("|")) byCity.set(city, [...(byCity.get(city) ?? []), region]);
    }
    return byCity.get(key) ?? [];
  };
}
