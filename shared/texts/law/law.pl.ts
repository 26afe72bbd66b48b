import type { lawEn } from "./law.en.ts";

/** What the law wants of a call, and how far its rules were seen, in Polish. */
export const lawPl: typeof lawEn = {
  language: "pl-PL",
  says: {
    name: "swoje nazwisko albo nazwę firmy",
    behalf: "w czyim imieniu dzwonisz",
    purpose: "co sprzedajesz",
    recording: "że rozmowa jest nagrywana",
    objection: "jak można się sprzeciwić takim rozmowom",
    contact: "adres albo bezpłatny numer, jeśli o to zapytają",
  },
  shows: {
    own: "Pokazuj numer, na który można oddzwonić.",
    "no-mobile": "Nie pokazuj numeru komórkowego z ich kraju.",
    "fr-platform": "Pokazuj numer z serii dla platform (0162, 0163, 0270 …).",
    "140": "Pokazuj numer zaczynający się od 140.",
    "400": "Pokazuj numer zaczynający się od 400.",
  },
  sayFirst: "Według prawa najpierw powiedz: {duties}.",
  why: "Dlaczego?",
  hideWhy: "Ukryj",
  rule: "{name} ({id}), sprawdzono {date}: {seen}.",
  from: "Obowiązuje od {date}.",
  until: "Obowiązuje do {date}.",
  seen: {
    text: "tekst samego prawa",
    regulator: "strona organu nadzoru",
    others: "według innych, nie widziano w samym prawie",
    unconfirmed: "niepotwierdzone",
  },
  ours: "Zasady naszej firmy.",
  record: "To, co tu odnotowano, albo czego brakuje.",
};
