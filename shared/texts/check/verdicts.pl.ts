import type { Texts } from "./verdicts.en.ts";

/** Verdicts and reasons, in Polish. */
export const pl: Texts = {
  language: "pl-PL",
  verdicts: {
    clear: "Nie znaleziono przeszkód",
    caution: "Przeczytaj, zanim zadzwonisz",
    blocked: "Nie dzwoń",
    unknown: "Nie wiadomo: jeszcze nie dzwoń",
  },
  clearAsOf: "Nie znaleziono przeszkód: {lists}, stan na {date}",
  reasons: {
    objection: "Abonent powiedział, żeby do niego nie dzwonić ({date}).",
    house: "Na naszej liście „nie dzwonić” od {date}.",
    "needs-consent": "Taka rozmowa wymaga wcześniejszej zgody, a żadnej nie odnotowano.",
    "message-needs-consent":
      "Wiadomość marketingowa wymaga zgody albo klienta, któremu dano możliwość rezygnacji. Żadnego z tych nie odnotowano.",
    "withheld-caller-id": "To połączenie ukryłoby nasz numer. Tego nie wolno robić.",
    "not-screened": "Rejestru {list} nigdy nie wczytano, więc numeru nie sprawdzono.",
    "stale-list": "Nasza kopia rejestru {list} jest z {date}: za stara, by na niej polegać.",
    "not-asked": "Nie zapytano jeszcze {list} o ten numer.",
    "being-asked": "Trwa odpytywanie {list} o ten numer.",
    "lookup-failed": "{list} nie odpowiedział o tym numerze. Zostanie zapytany ponownie.",
    "lookup-budget": "Nie zapytano {list}: dzisiejsza liczba zapytań z zasad firmy jest wyczerpana.",
    "stale-answer": "To, co {list} powiedział o tym numerze, jest z {date}: za stare, by na tym polegać.",
    "no-register": "Dla kraju tego numeru nie ustawiono żadnego rejestru.",
    "country-unclear": "Numer nie ma kodu kraju i może należeć do więcej niż jednego kraju.",
    offline: "Serwer ClearDial nie odpowiada, więc numeru nie sprawdzono.",
    "signed-out": "Nie zalogowano się w ClearDial, więc numeru nie sprawdzono.",
    "not-a-number": "To nie jest numer telefonu.",
    "number-lost": "Arkusz kalkulacyjny zamienił numer na 1,6E+09: jego cyfry przepadły na dobre.",
    "two-numbers": "Te cyfry nie połączyłyby z numerem, o który tu chodzi.",
    "out-of-hours": "Tam, gdzie jest abonent, jest poza godzinami rozmów.",
    holiday: "Tam, gdzie może być abonent, jest dzień wolny od pracy ({date}).",
    consent: "Zgoda jest odnotowana.",
    "consent-over": "Zgoda jest odnotowana i przeważa nad rejestrem {list} (lista z {date}).",
    "soft-opt-in": "To klient, który mógł zrezygnować z wiadomości i tego nie zrobił.",
    grace: "Od niedawna w rejestrze {list}: liczy się od {date}.",
    "not-listed": "Nie ma go w rejestrze {list}, stan na {date}.",
    listed: "W rejestrze {list} (lista z {date}).",
  },
};
