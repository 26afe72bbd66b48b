import type { softphoneTryEn } from "./softphone-try.en.ts";

/** The try of the agent's own softphone, in the options and the first run, in Polish. */
export const softphoneTryPl: typeof softphoneTryEn = {
  title: "Wypróbuj własny telefon",
  intro:
    "Połączenia jednych telefonów w przeglądarce są wstrzymywane, innych nie. Sprawdź, jak jest z Twoim: wybierz numer samego ClearDial, który jest zablokowany i którego nikt nie ma.",
  steps: [
    "Naciśnij „Zacznij”. ClearDial słucha wtedy przez dwie minuty.",
    "Wybierz {number} tak, jak dzwonisz do klienta: na klawiaturze telefonu albo kliknięciem w CRM, gdzie najpierw zapisz go jako kontakt. Jeśli nic nie wstrzyma połączenia, usłyszysz, że nie ma takiego numeru.",
    "Przeczytaj tutaj, co je wstrzymało. Kliknięcie i klawiatura to dwie drogi: wypróbuj obie.",
  ],
  begin: "Zacznij",
  again: "Jeszcze raz",
  copy: "Kopiuj numer",
  listening: "ClearDial słucha: wybierz teraz {number}.",
  over: "Numer wybrany, nic go nie wstrzymało",
  held: {
    page: "Wstrzymane przez strażnika strony na {site}: połączenie, które zaczyna się tam kliknięciem, jest wstrzymywane, zanim cokolwiek wybierze numer. Klawiatura telefonu to inna droga: wypróbuj i ją.",
    protocol:
      "Wstrzymane w protokole telefonu na {site}: cokolwiek zaczyna w nim połączenie, kliknięcie czy klawiatura, jest ono odrzucane, zanim wyjdzie.",
    browser:
      "Wstrzymane przez bramkę przeglądarki: linki telefoniczne całej przeglądarki są wstrzymywane, na każdej stronie. Numer wpisany w samym telefonie to inna droga: wypróbuj i ją.",
    server:
      "Wstrzymane przez bramkę centrali telefonicznej: każde połączenie tą linią jest wstrzymywane, z jakiegokolwiek urządzenia.",
  },
  other:
    "Centrala telefoniczna zapytała właśnie ClearDial o ten numer i usłyszała, że nie może go połączyć. Nie powiedziała, dla kogo: jeśli próbuje teraz także ktoś inny, mogło to być jego połączenie. Jeśli nikt, każde połączenie Twoją linią jest wstrzymywane.",
  passed: {
    page: "Niewstrzymane: strażnik strony na {site} widział połączenie i je przepuścił. Przestań dzwonić w tej przeglądarce i powiedz administratorowi.",
    protocol:
      "Niewstrzymane: protokół telefonu na {site} pokazał połączenie, a ono poszło dalej. Przestań dzwonić w tej przeglądarce i powiedz administratorowi.",
    browser:
      "Niewstrzymane: bramka przeglądarki widziała połączenie i je przepuściła. Przestań dzwonić w tej przeglądarce i powiedz administratorowi.",
    server:
      "Niewstrzymane: bramka centrali telefonicznej przepuściła połączenie. Przestań dzwonić i powiedz administratorowi.",
  },
  unseen:
    "Niewstrzymane: żadna warstwa ClearDial nie widziała tego połączenia. Z tego telefonu zablokowane numery dzwonią.",
  audio:
    "Strona na {site} zaczęła połączenie, z którego ClearDial widział tylko dźwięk: nie zna protokołu tego telefonu. Takie połączenie jest zapisywane bez numeru i nie jest wstrzymywane.",
  unasked: "Czy wstrzymała je centrala telefoniczna, nie wiadomo: nie udało się zapytać serwera.",
  todo: {
    title: "Co zrobić",
    page: "Telefon działa na stronie internetowej: otwórz ją, naciśnij przycisk ClearDial na pasku Chrome i włącz tę stronę oraz wymienione tam ramki. Potem spróbuj jeszcze raz.",
    link: "Telefon to osobny program, który uruchamia link lub przycisk: włącz w opcjach „Linki telefoniczne całej przeglądarki”.",
    keypad:
      "Numer wpisano w programie, na aparacie albo w innym rozszerzeniu: nic w tej przeglądarce tego nie wstrzyma. Poproś administratora, by centrala telefoniczna pytała ClearDial przed każdym połączeniem.",
    meanwhile:
      "Do tego czasu sprawdzaj każdy numer w okienku ClearDial, zanim go tam wybierzesz. Opcje wymieniają telefony, których połączenia są wstrzymywane.",
  },
  options: "Otwórz opcje",
};
