/** The large cities, for every part of the software that has their table. */
import { citiesIn } from "./cities.ts";
import { citiesByCountry } from "./cities-table.ts";

export const allCities = citiesIn(citiesByCountry);
