/** Where each rule is written. For the card, the desk, the Worker and the command line: what runs in every page does not load it. */
import { DAY } from "../core/time.ts";
import { regions } from "./regions.ts";
import type { Day, Rule, Source } from "./rules.ts";

/** By the rule's id: its name, its address, how far it was seen. docs/sources.md says what was found. */
const seen: Readonly<Record<string, readonly [name: string, url: string, seen: Source["seen"]]>> = {
  "GB-live": ["PECR 2003 reg 21", "https://www.legislation.gov.uk/uksi/2003/2426/regulation/21", "text"],
  "GB-caller": [
    "PECR 2003 regs 21(A1), 24",
    "https://www.legislation.gov.uk/uksi/2003/2426/regulation/24",
    "others",
  ],
  "GB-recording": ["FCA CMCOB 2.3", "https://www.handbook.fca.org.uk/handbook/CMCOB/2/3.html", "text"],
  "GB-auto": ["PECR 2003 reg 19", "https://www.legislation.gov.uk/uksi/2003/2426/regulation/19", "regulator"],
  "GB-claims": ["PECR 2003 reg 21A", "https://www.legislation.gov.uk/uksi/2003/2426/regulation/21A", "text"],
  "GB-pensions": [
    "PECR 2003 reg 21B",
    "https://www.legislation.gov.uk/uksi/2003/2426/regulation/21B",
    "text",
  ],
  "GB-msg": ["PECR 2003 reg 22", "https://www.legislation.gov.uk/uksi/2003/2426/regulation/22", "text"],
  "GB-msg-company": [
    "PECR 2003 reg 22",
    "https://www.legislation.gov.uk/uksi/2003/2426/regulation/22",
    "text",
  ],
  "IE-fixed": [
    "S.I. 336 of 2011 reg 13(5)",
    "https://dataprotection.ie/en/organisations/rules-electronic-and-direct-marketing",
    "regulator",
  ],
  "IE-mobile": [
    "S.I. 336 of 2011 reg 13(6)",
    "https://dataprotection.ie/en/organisations/rules-electronic-and-direct-marketing",
    "regulator",
  ],
  "IE-auto": [
    "S.I. 336 of 2011 reg 13(1)",
    "https://dataprotection.ie/en/organisations/rules-electronic-and-direct-marketing",
    "regulator",
  ],
  "FR-optin": [
    "Code de la consommation L.223-1, R.223-1, R.223-3",
    "https://www.legifrance.gouv.fr/codes/section_lc/LEGITEXT000006069565/LEGISCTA000032221441",
    "others",
  ],
  "FR-sector": [
    "Code de la consommation L.223-1 al. 5",
    "https://www.legifrance.gouv.fr/codes/section_lc/LEGITEXT000006069565/LEGISCTA000032221441",
    "others",
  ],
  "FR-hours": [
    "Code de la consommation D.223-9",
    "https://www.legifrance.gouv.fr/codes/section_lc/LEGITEXT000006069565/LEGISCTA000032807254",
    "others",
  ],
  "FR-cap": [
    "Code de la consommation D.223-9 al. 2",
    "https://www.legifrance.gouv.fr/codes/section_lc/LEGITEXT000006069565/LEGISCTA000032807254",
    "others",
  ],
  "FR-old": [
    "Code de la consommation L.223-1, décret 2022-1313",
    "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000046421823",
    "others",
  ],
  "FR-business": [
    "Code de la consommation L.223-1",
    "https://www.legifrance.gouv.fr/codes/section_lc/LEGITEXT000006069565/LEGISCTA000032221441",
    "others",
  ],
  "FR-auto": [
    "CPCE L.34-5",
    "https://www.legifrance.gouv.fr/codes/section_lc/LEGITEXT000006070987/LEGISCTA000006165910",
    "others",
  ],
  "FR-cli": [
    "French numbering plan, in the press",
    "https://www.rtl.fr/actu/economie-consommation/demarchage-telephonique-la-liste-des-numeros-desormais-obligatoires-pour-vous-appeler-7900221082",
    "others",
  ],
  "FR-cli-auto": [
    "French numbering plan, in the press",
    "https://www.rtl.fr/actu/economie-consommation/demarchage-telephonique-la-liste-des-numeros-desormais-obligatoires-pour-vous-appeler-7900221082",
    "others",
  ],
  "DE-consumer": ["UWG § 7(2) no. 1", "https://www.gesetze-im-internet.de/uwg_2004/__7.html", "text"],
  "DE-business": ["UWG § 7(2) no. 1", "https://www.gesetze-im-internet.de/uwg_2004/__7.html", "text"],
  "DE-caller": ["TDDDG § 15(2)", "https://www.datenrecht.expert/15-ttdsg/", "text"],
  "DE-auto": ["UWG § 7(2) no. 2", "https://www.gesetze-im-internet.de/uwg_2004/__7.html", "text"],
  "US-state": [
    "State telemarketing laws",
    "https://www.compliancepoint.com/marketing-compliance/state-do-not-call-lists/",
    "others",
  ],
  "US-lists": [
    "State do-not-call lists",
    "https://www.compliancepoint.com/marketing-compliance/state-do-not-call-lists/",
    "others",
  ],
  "US-dnc": ["16 CFR 310.4(b)(1)(iii)", "http://federal.elaws.us/citation/89-FR-26783", "regulator"],
  "US-hours": ["47 CFR 64.1200(c)(1)", "http://hallikainen.com/FccRules/2021/64/1200", "others"],
  "US-auto": ["47 CFR 64.1200(a)", "http://hallikainen.com/FccRules/2021/64/1200", "others"],
  "CA-open": [
    "Unsolicited Telecommunications Rules",
    "https://crtc.gc.ca/eng/phone/telemarketing/tobligations/rules-regles.htm",
    "regulator",
  ],
  "CA-dncl": [
    "Unsolicited Telecommunications Rules, part II",
    "https://crtc.gc.ca/eng/phone/telemarketing/tobligations/rules-regles.htm",
    "regulator",
  ],
  "CA-hours": [
    "Unsolicited Telecommunications Rules, part III",
    "https://crtc.gc.ca/eng/phone/telemarketing/tobligations/rules-regles.htm",
    "regulator",
  ],
  "CA-adad": [
    "Unsolicited Telecommunications Rules, part IV",
    "https://crtc.gc.ca/eng/phone/telemarketing/tobligations/rules-regles.htm",
    "others",
  ],
  "AU-open": [
    "Do Not Call Register Act 2006",
    "https://www.legislation.gov.au/Series/C2006A00088",
    "regulator",
  ],
  "AU-dncr": [
    "Do Not Call Register Act 2006 s 11",
    "https://www.acma.gov.au/Citizen/Phones/Landlines/Reduce-unwanted-calls/do-not-call-register-calls-and-faxes-i-could-still-receive",
    "regulator",
  ],
  "AU-3m": [
    "Do Not Call Register Act 2006 sch 2 cl 3",
    "http://www.austlii.edu.au/au/legis/cth/consol_act/dncra2006201/sch2.html",
    "text",
  ],
  "AU-hours": [
    "Telemarketing and Research Calls Industry Standard 2017",
    "https://www.donotcall.gov.au/consumers/consumer-overview/industry-standards/",
    "regulator",
  ],
  "IN-tcccpr": [
    "TCCCPR 2018, as amended on 12 February 2025",
    "https://gazettetracker.com/g/CG-DL-E-18022025-261096",
    "others",
  ],
  "NL-legal": [
    "Telecommunicatiewet 11.7",
    "https://nextbi.nl/en/data-driven-marketing/direct-marketing/telecommunications-law",
    "others",
  ],
  "NL-optin": ["Telecommunicatiewet 11.7(1)", "https://meldpunt-telemarketing.nl/voor-bedrijven", "others"],
  "NL-auto": [
    "Telecommunicatiewet 11.7(1)",
    "https://nextbi.nl/en/data-driven-marketing/direct-marketing/telecommunications-law",
    "others",
  ],
  "PL-optin": [
    "Prawo komunikacji elektronicznej art. 398",
    "https://radcaprawny.kirp.pl/archiwum/praktyka/zakaz-cold-callingu-w-prawie-komunikacji-elektronicznej",
    "others",
  ],
  "AT-optin": ["TKG 2021 § 174", "https://maklerwiki.at/cold-calling", "others"],
  "ES-open": [
    "Circular AEPD 1/2023",
    "https://civil-mercantil.com/datos-personales-llamadas-comerciales-no-deseadas.html",
    "others",
  ],
  "ES-optin": [
    "LGTel 66.1.b",
    "https://ramonycajalabogados.com/es/comentario-de-la-circular-12023-de-la-agencia-espanola-de-proteccion-de-datos",
    "others",
  ],
  "ES-renew": [
    "Ley 10/2025",
    "https://www.larazon.es/economia/consumo-obligara-companias-telefonicas-bloquear-llamadas-spam-declarara-nulos-contratos-suscritos-esta-via_202505126822606657a5aa2cde219690.html",
    "others",
  ],
  "ES-hours": [
    "TRLGDCU 96.2",
    "https://www.genbeta.com/actualidad/llamadas-comerciales-ilegales-a-partir-hora-asi-puedes-actuar-recibes",
    "others",
  ],
  "ES-auto": [
    "LGTel 66.1.a",
    "https://ramonycajalabogados.com/es/comentario-de-la-circular-12023-de-la-agencia-espanola-de-proteccion-de-datos",
    "others",
  ],
  "ES-mobile-cli": [
    "Orden TDF/149/2025",
    "https://legitec.com/nueva-prohibicion-de-llamadas-comerciales-desde-moviles-lo-que-debes-saber-sobre-la-orden-tdf-149-2025",
    "others",
  ],
  "ES-cli": ["BOE-A-2026-8409", "https://www.boe.es/buscar/act.php?id=BOE-A-2026-8409", "others"],
  "IT-rpo": [
    "DPR 26/2022 art. 7",
    "https://www.normattiva.it/atto/caricaDettaglioAtto?atto.dataPubblicazioneGazzetta=2022-03-29&atto.codiceRedazionale=22G00033&tipoDettaglio=multivigenza",
    "text",
  ],
  "IT-optin": [
    "Codice privacy art. 130",
    "https://rplt.it/telemarketing-vietate-le-chiamate-promozionali-su-numeri-riservati-in-mancanza-del-consenso",
    "others",
  ],
  "GG-tps": [
    "European Communities (Implementation of Privacy Directive) (Guernsey) Ordinance, 2004, s 19",
    "http://www.guernseylegalresources.gg/article/94601/European-Communities-Implementation-of-Privacy-Directive-Guernsey-Ordinance-2004",
    "others",
  ],
  "JE-tps": ["TPS, for Jersey", "https://www.tpsonline.org.uk/", "unconfirmed"],
  "IM-tps": [
    "Unsolicited Communications Regulations 2005",
    "https://inforights.im/organisations/direct-marketing/unsolicited-communications-regulations/",
    "regulator",
  ],
  "BE-dncm": ["WER VI.110 to VI.114", "https://www.dncm.be/nl/de-wetgeving/", "regulator"],
};

/** The day on which the rules were looked up, but for those of `later`. */
const LOOKED_UP = "2026-11-27";
const later: Readonly<Record<string, Day>> = {};

/** A rule, its region, and where it is written. */
export type SourcedRule = Rule & { region: string; source: Source };

/** All rules of all regions. */
export const sourced: readonly SourcedRule[] = Object.values(regions).flatMap(({ region, rules }) =>
  rules.map((rule) => {
    const [name, url, how] = seen[rule.id]!;
    return {
      ...rule,
      region,
      source: { name, url, seen: how, lookedUp: later[rule.id] ?? LOOKED_UP },
    };
  }),
);

/** By the id that a reason names; undefined for one that no rule has. */
export const ruleOf = (id: string): SourcedRule | undefined => sourced.find((rule) => rule.id === id);

/** Days after which a rule counts as not looked up. */
const OLD = 180;

/** Rules that nobody has looked up for 180 days. It changes no verdict. */
export const rulesOld = (today: Day): SourcedRule[] =>
  sourced.filter(({ source }) => Date.parse(today) - Date.parse(source.lookedUp) > OLD * DAY);
