import type { reloadEn } from "./reload.en.ts";

export const reloadPl: typeof reloadEn = {
  heading: "Odśwież tę stronę",
  why: "Gdy ta strona była otwarta, rozszerzenie ClearDial zostało zaktualizowane, wyłączone lub usunięte i nie sprawdza tu już numerów. Połączenie wstrzymano. Odśwież stronę, aby znowu dzwonić.",
  reload: "Odśwież",
  close: "Nie teraz",
};
