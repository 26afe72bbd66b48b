import type { pageEn } from "./badges.en.ts";

/** The texts of badges, in Polish. */
export const pagePl: typeof pageEn = {
  list: "ClearDial: numery telefonów na tej stronie",
  spoken: "{number}: {decision}",
  spokenDecision: "{verdict}. {why}",
  noNumber: "Brak numeru",
};
