import type { cardEn } from "./card.en.ts";

/** The card's forms, in Polish. */
export const cardPl: typeof cardEn = {
  scope: {
    title: "Do kogo nie wolno dzwonić?",
    unsaid: "Tego nie powiedziano",
    line: "Na ten numer",
    person: "Do tej osoby, na wszystkie jej numery",
    company: "Do całej firmy",
    hint: "Numer jest zablokowany od razu. Jeśli tego nie powiedziano, o innych numerach zdecyduje dział zgodności.",
  },
  callBack: {
    open: "Nie teraz: zadzwonić innego dnia",
    title: "Zadzwonić ponownie w danym dniu",
    on: "Którego dnia?",
    onNeeded: "Wybierz dzisiejszy albo późniejszy dzień.",
    givenBy: "Kto o to prosił?",
    givenByNeeded: "Wpisz, kto poprosił o telefon.",
    words: "Co powiedziano?",
    wordsExample: "Proszę zadzwonić w poniedziałek rano",
    wordsNeeded: "Wpisz, co powiedziano.",
    hint: "Do tego dnia numer jest wstrzymany dla wszystkich. W tym dniu można zadzwonić, raz, i zostanie to sprawdzone.",
    save: "Zapisz dzień",
    done: "Zapisano. Numer jest wstrzymany do tego dnia.",
  },
  noNumberShown: "Menedżer jeszcze nie ustawił, który numer zobaczy abonent.",
};
