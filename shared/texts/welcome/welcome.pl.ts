import type { welcomeEn } from "./welcome.en.ts";

/** The welcome page of the first run, in Polish. */
export const welcomePl: typeof welcomeEn = {
  title: "Witamy w ClearDial",
  lead: "Na stronach Twojego CRM pokazuje, do których numerów nie wolno dzwonić w celach sprzedaży, i wstrzymuje takie połączenia. Pięć kroków, jeden raz.",
  step: "Krok {n} z {all}",
  done: "Gotowe",

  join: {
    title: "Dołącz do firmy",
    joined: "Zalogowano: {name}, {role}, na serwerze {server}.",
  },

  site: {
    title: "Włącz swój CRM",
    how: [
      "Naciśnij kawałek układanki na pasku narzędzi Chrome, a potem pinezkę obok ClearDial: przycisk zostanie na widoku.",
      "Otwórz swój CRM.",
      "Naciśnij przycisk ClearDial, a potem przełącznik tej strony. Chrome zapyta, czy ClearDial może ją czytać: zezwól.",
    ],
    on: "Włączono na {sites}.",
    turnOnAndOpen: "Włącz i otwórz CRM",
    open: "Otwórz CRM",
    elsewhere:
      "Na żadnej innej stronie nie działa nic z ClearDial. Stronę wyłącza się tam, gdzie ją włączono.",
    picture:
      "Pasek narzędzi Chrome z przyciskiem ClearDial, a pod nim okno ClearDial z przełącznikiem Twojego CRM",
    pictured: "crm.example.com",
  },

  badges: {
    title: "Czytaj znaki",
    lead: "Każdy numer na stronie ma jeden z czterech znaków. Wskaż znak, by poznać powody, albo naciśnij Alt+Shift+C.",
    todo: {
      clear: "Dzwoń jak zwykle. Karta wymienia sprawdzone rejestry i ich datę.",
      caution:
        "Najpierw przeczytaj kartę: jest odnotowana zgoda albo tam jest poza godzinami rozmów. Potem zdecyduj.",
      blocked:
        "Zostaw ten numer. Jeśli mimo to go naciśniesz, połączenie zostanie wstrzymane, a Ty dowiesz się dlaczego.",
      unknown:
        "Poczekaj na nowszą listę albo na serwer; albo wskaż na karcie, do którego kraju należy numer.",
    },
  },

  next: {
    manager: {
      title: "Co dalej, dla menedżera",
      steps: [
        {
          text: "Ustal, kto dzwoni i jak można się z wami skontaktować: agenci czytają to na każdej karcie.",
          to: "/policy",
          button: "Otwórz zasady",
        },
        {
          text: "W oknie ClearDial na pasku narzędzi w każdej chwili przełączysz, co jest wstrzymywane, a co tylko ostrzega.",
        },
        {
          text: "Zobacz, które rozmowy wstrzymano, a które odbyto mimo przeszkody.",
          to: "/dials",
          button: "Otwórz rozmowy",
        },
      ],
    },
    compliance: {
      title: "Co dalej, dla specjalisty ds. zgodności",
      steps: [
        {
          text: "Wczytaj swoją listę „nie dzwonić” i posiadane zgody.",
          to: "/do-not-call",
          button: "Otwórz listę",
        },
        {
          text: "Zobacz, które rozmowy wstrzymano, a które odbyto mimo przeszkody.",
          to: "/dials",
          button: "Otwórz rozmowy",
        },
        {
          text: "Przeczytaj dziennik zdarzeń i sprawdź, czy jest kompletny.",
          to: "/audit",
          button: "Otwórz dziennik",
        },
      ],
    },
    admin: {
      title: "Co dalej, dla administratora",
      steps: [
        {
          text: "Wczytaj rejestry: do tego czasu każdy numer jest oznaczony jako nieznany.",
          to: "/lists",
          button: "Wczytaj rejestry",
        },
        {
          text: "Ustal, kto dzwoni, i podaj adresy waszego CRM: agenci włączą je jednym kliknięciem.",
          to: "/policy",
          button: "Otwórz zasady",
        },
        {
          text: "Zaproś ludzi albo wpuść ich przez logowanie waszej firmy.",
          to: "/people",
          button: "Zaproś ludzi",
        },
      ],
    },
  },

  again: "Pierwsze kroki",
};
