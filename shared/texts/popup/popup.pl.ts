import type { Forms } from "../language.ts";
import type { uiEn } from "./popup.en.ts";

/** What people read in the popup and on the options page, in Polish. */
const counted = (one: string, few: string, many: string): Forms => ({ one, few, many, other: few });

export const uiPl: typeof uiEn = {
  name: "ClearDial",
  popupTitle: "ClearDial",
  optionsTitle: "Opcje ClearDial",
  openOptions: "Opcje",
  openDesk: "Pulpit",
  loading: "Chwileczkę…",
  failed: "ClearDial nie odpowiada. Zamknij to okno i otwórz je ponownie.",
  roles: {
    agent: "agent",
    manager: "menedżer",
    compliance: "specjalista ds. zgodności",
    admin: "administrator",
  },
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
  stillNoAnswer: "Nadal brak odpowiedzi.",

  site: {
    on: "Włączono na {site}",
    off: "Wyłączono na {site}",
    onNote: "Numery na tej stronie są sprawdzane.",
    onTroubleNote: "Numery na tej stronie są na razie oznaczone jako nieznane.",
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

  files: {
    title: "Rejestry",
    text: "Pliki TPS, CTPS i innych rejestrów wczytuje się na pulpicie: otwórz rejestr i upuść tam jego plik.",
    button: "Wczytaj plik rejestru…",
  },

  server: {
    title: "Serwer Twojej firmy",
    intro:
      "Administrator dał Ci adres do logowania, adres i kod dołączenia albo link, który zawiera jedno i drugie.",
    address: "Adres",
    addressHint: "Na przykład https://cleardial.example.com",
    code: "Kod dołączenia albo cały link z zaproszenia",
    test: "Sprawdź",
    testing: "Sprawdzanie…",
    join: "Dołącz",
    joining: "Dołączanie…",
    signIn: "Zaloguj się przez {name}",
    signingIn: "Czekam na okno logowania…",
    orInvite: "Albo dołącz z zaproszenia:",
    signedIn: "Zalogowano: {name}.",
    was: "Ostatnio zalogowano: {name}, {role}",
    managed: "Tę przeglądarkę połączył administrator. Tylko on może ją odłączyć.",
    replaces: "Dołączenie z tym zaproszeniem zastąpi obecne logowanie.",
    fine: "Odpowiada: ClearDial {version}.",
    setupOpen:
      "Odpowiada, ale nikt go jeszcze nie skonfigurował: nie ma administratora, który mógłby Cię zaprosić. Kto go wdrożył, musi najpierw dokończyć konfigurację.",
    problems: {
      "bad-address": "To nie jest adres. Wygląda on tak: https://cleardial.example.com.",
      "not-https":
        "Adres musi zaczynać się od https://, żeby nikt nie mógł podsłuchiwać. Tylko serwer na tym komputerze może się bez tego obyć.",
      "no-answer": "Pod tym adresem nic nie odpowiada. Sprawdź, czy nie ma literówki, oraz połączenie.",
      "not-cleardial": "Coś tam odpowiada, ale to nie ClearDial. Sprawdź adres.",
      "too-old":
        "Ten serwer jest nowszy ({detail}), niż rozumie to rozszerzenie. Zaktualizuj rozszerzenie: otwórz chrome://extensions i naciśnij „Aktualizuj”.",
      "worker-too-old":
        "Ten serwer jest za stary ({detail}) dla tego rozszerzenia. Poproś administratora o aktualizację.",
      locked: "Serwer ustawił administrator: do innego nie można dołączyć.",
      "setup-open":
        "Nikt jeszcze nie skonfigurował tego serwera, więc nikt nie mógł Cię zaprosić. Kto go wdrożył, musi najpierw dokończyć konfigurację.",
      "no-code": "Wpisz kod dołączenia z zaproszenia.",
      "invite-unknown": "Na tym serwerze nie ma takiego zaproszenia. Sprawdź, czy skopiowano cały kod.",
      "invite-used": "Tego zaproszenia już użyto. Poproś administratora o nowe.",
      "invite-expired": "To zaproszenie wygasło: jest ważne jeden dzień. Poproś administratora o nowe.",
      "sso-off": "Ten serwer nie ma logowania. Poproś administratora o zaproszenie.",
      "sso-provider":
        "Logowanie Twojej firmy teraz nie odpowiada albo jest źle ustawione. Spróbuj za kilka minut; jeśli nic się nie zmieni, powiedz administratorowi: {detail}",
      "sso-refused":
        "Logowanie Twojej firmy nie potwierdziło, kim jesteś. Spróbuj ponownie; jeśli nic się nie zmieni, powiedz administratorowi: {detail}",
      "sso-no-account":
        "To konto nie może używać ClearDial. Zaloguj się kontem służbowym albo poproś administratora o dostęp.",
      "sso-replayed": "Tego logowania już użyto. Zaloguj się ponownie.",
      "sso-cancelled": "Okno logowania zamknięto, zanim się zalogowano.",
      "sso-page": "Nie udało się otworzyć strony logowania. Sprawdź połączenie i spróbuj ponownie.",
      "sso-denied": "Logowanie Twojej firmy odmówiło: {detail}",
      "sso-state": "Odpowiedź nie należała do tego logowania, więc jej nie użyto. Zaloguj się ponownie.",
      other: "Serwer odmówił: {detail}",
    },
    at: "Serwer",
    leave: "Odłącz",
    leaveSure: "Numery na Twoich stronach będą oznaczone jako nieznane, dopóki znów nie dołączysz.",
    leaveYes: "Odłącz teraz",
    leaveNo: "Zostań",
    left: "Odłączono. Serwer zakończył dostęp tej przeglądarki.",
    leftUnconfirmed:
      "Odłączono, ale nie udało się powiadomić serwera. Poproś administratora, by zakończył dostęp tej przeglądarki.",
    joined: "Dołączono: {name}.",
  },

  sites: {
    title: "Włączone strony",
    none: "Jeszcze żadnej. Otwórz swój CRM i naciśnij przycisk ClearDial na pasku narzędzi.",
    frames: "z ramkami z {origins}",
    offered: "wymieniają ją zasady Twojej firmy",
    on: "Włącz",
    onLabel: "Włącz {site}",
    doneOn: "Strona {site} jest włączona.",
    off: "Wyłącz",
    offLabel: "Wyłącz {site}",
    done: "Strona {site} jest wyłączona.",
  },

  rulings: {
    title: "Co powiedziano o numerach",
    intro: "Twoje poprawki ze stron. Obowiązują na danej stronie, w tej przeglądarce.",
    none: "Jeszcze żadnych.",
    notNumber: "to nie numer telefonu",
    country: "należy do: {country}",
    siteCountry: "Numery bez kodu kraju należą do: {country}",
    undo: "Cofnij",
    undoLabel: "Cofnij: {what}, na {site}",
    done: "Cofnięto.",
  },
};
