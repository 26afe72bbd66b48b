import type { reloadEn } from "./reload.en.ts";

export const reloadPl: typeof reloadEn = {
  heading: "Odśwież tę stronę",
  why: "Gdy ta strona była otwarta, rozszerzenie ClearDial zostało zaktualizowane, wyłączone lub usunięte i nie może już sprawdzać tu numerów. To połączenie zostało wstrzymane. Po odświeżeniu strony można znowu dzwonić.",
  reload: "Odśwież",
  close: "Nie teraz",
};
