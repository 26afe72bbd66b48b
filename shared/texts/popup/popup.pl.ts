import type { Forms } from "../language.ts";
import type { popupEn } from "./popup.en.ts";

/** The popup, and the texts that it shares with our other small pages, in Polish. */
const counted = (one: string, few: string, many: string): Forms => ({ one, few, many, other: few });

export const popupPl: typeof popupEn = {
  name: "ClearDial",
  popupTitle: "ClearDial",
  openOptions: "Opcje",
  openDesk: "Pulpit",
  loading: "Chwileczkę…",
  failed: "ClearDial nie odpowiada. Zamknij to okno i otwórz je ponownie.",
  setByAdmin: "Ustawione przez administratora.",
  signedInAs: "Zalogowano: {name}, {role}",
  signedInAt: "Zalogowano: {name}, {role}, {company}",

  notJoined:
    "ClearDial nie jest jeszcze połączony z serwerem Twojej firmy, więc nie może sprawdzić żadnego numeru.",
  connect: "Połącz…",

  trouble: {
    offline: {
      what: "Serwer ClearDial nie odpowiada.",
      todo: "Dopóki nie odpowie, numery są oznaczone jako nieznane. Sprawdź połączenie; jeśli działa, powiedz administratorowi.",
      button: "Spróbuj ponownie",
    },
    busy: {
      what: "Zapytań do serwera ClearDial było za dużo naraz.",
      todo: "Numery bez odpowiedzi są oznaczone jako nieznane. Wznowi się samo, najpóźniej za godzinę.",
      button: "Spróbuj ponownie",
    },
    "signed-out": {
      what: "Wylogowano.",
      todo: "Twój dostęp zakończono albo długo go nie używano. Zaloguj się ponownie albo poproś administratora o nowe zaproszenie.",
      button: "Zaloguj się ponownie…",
    },
    "too-old": {
      what: "Ta wersja ClearDial jest za stara dla serwera Twojej firmy.",
      todo: "Zaktualizuj ją: otwórz chrome://extensions i naciśnij „Aktualizuj”. Do tego czasu numery są oznaczone jako nieznane.",
      button: "Spróbuj ponownie",
    },
  },
  noNetwork: "Ten komputer nie ma połączenia z siecią.",
  stillNoAnswer: "Nadal brak odpowiedzi.",

  site: {
    on: "Włączono na {site}",
    off: "Wyłączono na {site}",
    offNote: "Na tej stronie nie działa nic z ClearDial.",
    closed: "Na tej stronie Chrome nie dopuszcza rozszerzeń. Otwórz swój CRM, by włączyć tam ClearDial.",
    refused: "Chrome nie dał dostępu, więc niczego nie zmieniono.",
    frames: counted("{n} ramka nie jest objęta", "{n} ramki nie są objęte", "{n} ramek nie jest objętych"),
    framesNote: "Należą do {origins}. Numery w nich nie są sprawdzane.",
    cover: "Obejmij także je",
  },

  offered: {
    title: "Strony Twojej firmy",
    text: "Twoja firma używa ClearDial na {sites}.",
    frames: "Ich strony zawierają ramki z {sites}: Chrome zapyta o nie razem z nimi.",
    button: "Włącz dla stron Twojej firmy",
  },

  purpose: {
    label: "Cel moich rozmów",
    unsaid: "nie podano: najsurowsze zasady",
    hint: "Niektóre wymagają wcześniejszej zgody, bez względu na rejestry.",
    kinds: {
      general: "zwykłe rozmowy sprzedażowe",
      automated: "rozmowy automatyczne",
      "claims-management": "dochodzenie roszczeń",
      pensions: "emerytury",
    },
  },

  countsTitle: "Na tej stronie",
  counts: {
    clear: "bez przeszkód",
    caution: "najpierw przeczytaj",
    blocked: "nie dzwonić",
    unknown: "nie wiadomo",
  },
  countsGo: "{n} {verdict}: pokaż następny",
  countsShow: "Pokaż następny na stronie",
  countsAt: "{n} z {of}: {verdict}",
  countsGone: "Nie ma go już na stronie.",
  countsNone: "Na tej stronie nie znaleziono jeszcze numeru telefonu.",

  check: {
    label: "Sprawdź numer",
    hint: "W dowolnym zapisie, także kilka naraz",
    button: "Sprawdź",
    busy: "Sprawdzanie…",
    empty: "Najpierw wpisz numer.",
    results: counted("Sprawdzono {n} numer", "Sprawdzono {n} numery", "Sprawdzono {n} numerów"),
    readAs: "Może to być {numbers}",
    unread: "„{text}”",
  },

  anywhere: {
    menu: "Czy mogę zadzwonić pod ten numer?",
    omnibox: "Wpisz numer: czy wolno pod niego dzwonić?",
  },

  lists: {
    title: "Rejestry",
    never: "nigdy nie wczytano",
    lookup: "przez zapytania",
    lookupNote: "o każdy numer pyta się osobno i nie jest on znany, dopóki nie ma odpowiedzi",
    dated: "{date}, {age}",
    today: "dzisiejszy",
    age: counted("sprzed {n} dnia", "sprzed {n} dni", "sprzed {n} dni"),
    numbers: counted("{n} numer", "{n} numery", "{n} numerów"),
    fine: "aktualny",
    ageing: "poproś administratora o nowszą listę",
    stale: "za stary, by na nim polegać: numery są oznaczone jako nieznane",
    neverNote: "numerów nie można z nim porównać",
    none: "Nie ustawiono żadnego rejestru.",
    waiting: "Nie wiadomo, dopóki serwer nie odpowie.",
    old: {
      ageing: "{list} wymaga nowszej kopii: na tej można polegać jeszcze {days}.",
      stale: "{list} jest za stary, by na nim polegać: jego numery są oznaczone jako nieznane.",
      days: counted("{n} dzień", "{n} dni", "{n} dni"),
      ask: "Poproś administratora o nowszą listę.",
      load: "Wczytaj najnowszy plik rejestru.",
      button: "Wczytaj nową kopię…",
    },
  },
};
