import type { optionsEn } from "./options.en.ts";

/** The options page, and the form to join a server, in Polish. */
export const optionsPl: typeof optionsEn = {
  title: "Opcje ClearDial",

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

  softphones: {
    title: "Telefony programowe na stronach",
    intro:
      "Ich połączenia są oceniane, zanim opuszczą stronę. Nie trzeba nic włączać: każdy działa razem z włączoną stroną. Nie ma też wyłącznika, bo po wyłączeniu połączenia wychodziłyby niezauważone; tylko administrator może któryś pominąć.",
    on: "Telefony programowe na stronach są włączone, razem z Twoimi stronami.",
    noSite: "Telefony programowe na stronach są wyłączone, dopóki nie włączysz strony.",
    states: {
      untried: "Włączony. Nigdy nie wypróbowano z prawdziwą usługą dostawcy",
      document: "Włączony, według dokumentu dostawcy. Nigdy nie wypróbowano z prawdziwą usługą dostawcy",
      tried: "Włączony. Wypróbowano z prawdziwą usługą dostawcy",
      "no-site": "Wyłączony, dopóki nie włączysz strony",
      off: "Pominięte: ustawił to administrator",
    },
    clicks: "Tylko kliknięcia znanych przycisków połączenia",
    notHeld: "Połączenia wykonywane w nim nie są wstrzymywane",
  },

  files: {
    title: "Rejestry",
    text: "Pliki TPS, CTPS i innych rejestrów wczytuje się na pulpicie: otwórz rejestr i upuść tam jego plik.",
    button: "Wczytaj plik rejestru…",
  },
};
