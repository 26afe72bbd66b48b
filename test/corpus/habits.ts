/** How people write in their own country, and what they answer when they are asked for a number. */
import { desk, end, is, may, type Sample } from "./sample.ts";

export const habits: Sample[] = [
  ...desk("DE", [
    ["Büro 0 30 / 2 31 25 - 4 12", is("0 30 / 2 31 25 - 4 12", "+493023125412")],
    ["Kunde: 0152 28817399, ab 18 Uhr", is("0152 28817399", "+4915228817399")],
    ["Rechnung 030-23125-24 vom 03.02.2024"],
    ["Fragen zur Rechnung: Tel. 030 23125-24", is("030 23125-24", "+49302312524")],
    ["Kunde: Hallo\nSupport: Danke! Bestellnr?\nKunde: 0152-5459-94"],
    ["Support: Ihre Handynummer?\nKunde: 0152-5459-9372", is("0152-5459-9372", "+4915254599372")],
  ]),
  ...desk("AT", [["Rechnung 0664-2024-119 über EUR 1.523,44"]]),
  ...desk("DK", [
    ["0045 33.41.27.81", is("0045 33.41.27.81", "+4533412781")],
    ["ping 33.41.27.81"],
    ["CVR-nr. 27 41 80 37 · tlf. 74 42 18 51", is("74 42 18 51", "+4574421851")],
  ]),
  ...desk("PT", [
    ["266 70 41 29", is("266 70 41 29", "+351266704129")],
    ["Sede 22 339 40 72", is("22 339 40 72", "+351223394072")],
    ["93.441.20.87", is("93.441.20.87", "+351934412087")],
    [
      "Marcações: 219 537 441 / 2",
      is("219 537 441", "+351219537441"),
      end("2", "+351219537442", "219 537 442"),
    ],
    ["entidade 21098, referência 213 441 871"],
    ["NIPC 504 218 771"],
    ["Apoio: Pode indicar um contacto?\nCliente: 912 407 666", is("912 407 666", "+351912407666")],
    ["Apoio: Qual é o NIF?\nCliente: 212 407 666"],
    ["Apoio ao cliente 808 201 449", is("808 201 449", "+351808201449")],
  ]),
  ...desk("ES", [
    ["Soporte: ¿Su móvil?\nCliente: 677 30 41 93", is("677 30 41 93", "+34677304193")],
    ["Soporte: ¿Número de pedido?\nCliente: 677 30 41 94"],
    ["Cliente: 677 30 41 95"],
    ["Atención al cliente: 900 123 419 (gratuito)", is("900 123 419", "+34900123419")],
  ]),
  ...desk("FR", [["Service clients : 0 809 400 219", is("0 809 400 219", "+33809400219")]]),
  ...desk("IT", [
    [
      "Ordine\tCod. articolo\tTel. cliente\n44120\t0331-2288\t0331 228741",
      is("0331 228741", "+390331228741"),
    ],
    ["Ivan: numero?\nBea: 34 80 44 71 91", is("34 80 44 71 91", "+393480447191")],
    ["Ivan: quanti?\nBea: 34 80 44 71 92"],
  ]),
  ...desk("GB", [
    ["Agent: order number?\nSam: 07700 900124"],
    ["Agent: Can I take a number in case?\nSam: 07700 900 1 23", is("07700 900 1 23", "+447700900123")],
  ]),
  // A country in words before a number.
  ...desk("AT", [
    ["Legno\tItalien\t0471 301 225", is("0471 301 225", "+390471301225")],
    ["Italien\n0471 301 225", is("0471 301 225", "+43471301225")],
    ["nach Italien: 0664 123 45 68", is("0664 123 45 68", "+436641234568")],
  ]),
  ...desk("IT", [
    ["a Vienna (Austria): numero 01 9346 118", is("01 9346 118", "+4319346118")],
    ["in Italia, numero 01 9346 118", is("01 9346 118", "+39019346118")],
  ]),
  ...desk("NL", [["in Duitsland, Duits nummer 02821 714403", is("02821 714403", "+492821714403")]]),
  ...desk("GB", [
    [
      "Moved to Spain, tel 612 345 678 or 679",
      is("612 345 678", "+34612345678"),
      end("679", "+34612345679", "612 345 679"),
    ],
    ["Moved to Germany, mobile 07700 900123", is("07700 900123", "+447700900123")],
    ["Spain 12, tel 612 345 679", may("612 345 679", "+34612345679")],
    [
      "Francis Muller 0471 301 225",
      may("0471 301 225", "+49471301225", "+390471301225", "+33471301225", "+32471301225", "+46471301225"),
    ],
  ]),
  // Data that keeps no 0 before a number; elsewhere, and where any list has such numbers, the country is asked.
  ...desk("IE", [
    ['{"phone":872240519}', is("872240519", "+353872240519")],
    ['{"phone":18745592}', is("18745592", "+35318745592")],
    ["Tel 872240519", may("872240519", "+353872240519", "+34872240519", "+48872240519")],
  ]),
  ...desk("NL", [
    ['{"mobiel":628107742}', is("628107742", "+31628107742")],
    ["Tel 628107742", may("628107742", "+31628107742", "+34628107742", "+48628107742")],
    ['{"klantnr":628107742}'],
  ]),
  ...desk("SE", [
    ["namn;tel\nRos;317083215", is("317083215", "+46317083215")],
    ["namn;antal\nRos;317083215"],
  ]),
  ...desk("GB", [['{"mobile":7700900124}', may("7700900124", "+447700900124", "+917700900124")]]),
  ...desk("DK", [['{"mobil":4530417723}', is("4530417723", "+4530417723")]]),
];
