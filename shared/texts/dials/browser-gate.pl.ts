import type { browserGateEn } from "./browser-gate.en.ts";

/** The browser's gate in the options, the popup and the first run, in Polish. */
export const browserGatePl: typeof browserGateEn = {
  title: "Linki telefoniczne całej przeglądarki",
  intro:
    "Na powyższych stronach ClearDial wstrzymuje połączenia w samej stronie. Dzięki tej opcji dowiaduje się też o każdym innym linku telefonicznym, który otwiera ta przeglądarka, na dowolnej stronie, i wstrzymuje te, pod które nie wolno dzwonić. Tego, dokąd dzwonisz gdzie indziej, nie zapisuje, chyba że połączenie wstrzymano; wtedy bez strony.",
  softphone: "Połączenia wychodzą przez",
  other: "Inny telefon…",
  before: "Co stoi przed numerem w jego adresach",
  beforeHint:
    "Na przykład acme: albo acme://call?number=. Wie to jego pomoc techniczna. Nie tel: ani sip:, bo te wracają tutaj.",
  wrong: "Tędy nie wyjdzie żadne połączenie. Musi to być własny schemat telefonu, na przykład callto:",
  managed: "Ustawił administrator.",
  full: "Słyszeć o wszystkich",
  fullHint:
    "Chrome zapyta wtedy, czy ClearDial może czytać historię przeglądania: patrzy on tylko na adresy serwera Twojej firmy. Bez tego ClearDial nie wie, które okno zaczęło połączenie, gubi bez słowa połączenie z obiektu osadzonego na stronie, na której nie działa, nie powie, że linki telefoniczne otwiera inna strona, a gdy serwer nie odpowiada, Chrome pokazuje błąd zamiast Twojej strony.",
  turnOn: "Włącz…",
  turnOff: "Wyłącz…",
  again: "Zapytaj Chrome…",
  test: "Sprawdź",
  testing: "Sprawdzanie…",
  refused: "Chrome nie dał dostępu, więc nic się nie zmieniło.",
  failed: "Nie udało się. Najpierw zaloguj się na serwerze swojej firmy.",
  left: "Linki telefoniczne nadal trafiają do ClearDial: oddaj je na stronie, która się otworzyła.",
  status: {
    off: "Wyłączone: linki telefoniczne na innych stronach wychodzą niezauważone.",
    "no-softphone": "Wyłączone: nie wskazano telefonu, przez który mogłyby wyjść dozwolone połączenia.",
    "no-access": "Wyłączone: Chrome nie dał potrzebnego dostępu. Włącz jeszcze raz.",
    untried:
      "Jeszcze nie sprawdzono. Na stronie, która się otworzyła, zezwól na pytanie Chrome, a potem naciśnij „Sprawdź”.",
    on: "Włączone: linki telefoniczne całej przeglądarki trafiają najpierw do ClearDial.",
    other:
      "Niewstrzymywane: linki telefoniczne tej przeglądarki otwiera inna strona lub program. Usuń ją w chrome://settings/handlers i włącz jeszcze raz.",
    unasked:
      "Niewstrzymywane: linki telefoniczne nie trafiają do ClearDial. Chrome jeszcze o nic nie zapytał: naciśnij „Zapytaj Chrome…”, potem przycisk na stronie, która się otworzy, i wybierz „Zezwól”.",
    declined:
      "Niewstrzymywane: linki telefoniczne nie trafiają do ClearDial. Chrome zapytał, ale odpowiedziano „Zablokuj” lub wcale, albo otwiera je inny program; co z tego, Chrome nie mówi. Zajrzyj do chrome://settings/handlers i naciśnij „Zapytaj Chrome…”.",
  },
  partly: "O niektórych ClearDial nie wie: nie dano zgody na „Słyszeć o wszystkich”.",
  first: "Wstrzymuj każdy link telefoniczny",
  joinFirst: "Gdy dołączysz, włączysz to tutaj jednym kliknięciem.",
};
