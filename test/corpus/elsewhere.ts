import { desk, end, is, LONDON, may, MOBILE, VILLAGE, type Sample } from "./sample.ts";

const london = is("020 7946 0958", LONDON);
const mobile = is("07700 900123", MOBILE);

/** What texts from outside (outside.ts) showed, by its cause; with other numbers, and what must stay as it was beside it. */
export const elsewhere: Sample[] = [
  // The heading of a column says what its cells are, in tables that are text.
  ...desk("GB", [
    ["Order;Phone;Total\n02079460123;020 7946 0958;12.00", london],
    ["Name\tAccount no.\tMobile\nAnn\t01632960123\t07700 900123", mobile],
    ["Meter,Read,Tel\n01632960123,1,02079460958\n01632960124,2,", is("02079460958", LONDON)],
    ['"Name","Ref","Tel"\n"Shah, A","01632960123","020 7946 0958"', london],
    ["Name | Tel\nAnn | 1632960123", is("1632960123", VILLAGE)],
    ["SKU|Price\ncall us:|020 7946 0958", london],
    ["Field;Value\nPhone;020 7946 0958\nOrder;01632960123", london],
    ["Order;Name\nTel 020 7946 0958;Ann", london],
    ["Invoice, dated today\n020 7946 0958, please", london],
    ["Order;Date\n\n020 7946 0958;now", london],
    // Words that name an identifier, in one word or as a key.
    ["acct=07700900123-2"],
    ["WhatsApp 07700900123", is("07700900123", MOBILE)],
    ["Passport M07700900129, M07700900123", is("07700900123", MOBILE)],
    ['"client":"C07700900123"'],
    // A code to key in.
    ["Dial 020 7946 0958,,01632960123#", london],
    ["PIN: 01632 960 123 #"],
    ["Ring 020 7946 0958#", london],
    // An article's digits have one mark between them: a number in a list has not.
    ["a £20.00\n2. 0191 498 0055 on 06/11/2026", is("0191 498 0055", "+441914980055")],
    ["5 012345 678900"],
    // Dictated, or a digit a box.
    ["she said 0 20, 7946, 0958.", is("0 20, 7946, 0958", LONDON)],
    ["Account no. 0 20, 7946, 0958"],
    ["lotto 07, 12, 23, 34, 45"],
    ["in 2026, 0123, 4567 and on"],
    ["|0|2|0|7|9|4|6|0|9|5|8|", is("0|2|0|7|9|4|6|0|9|5|8", LONDON)],
    ["Sort code |2|0|0|0|0|0|"],
    ["ring 0 2 0 7 9 4 6 0 9 5 8 today", is("0 2 0 7 9 4 6 0 9 5 8", LONDON)],
    ["Reg no 0 2 0 7 9 4 6 0 9 5 8"],
    // The last digits alone, further behind.
    ["is it 020 7946 0958 or the one with …59?", london, end("59", "+442079460959", "020 7946 0959")],
    ["020 7946 0958 and so on … 60 people", london],
    ["020 7946 0958,59,0", london],
    // Joined without a space, and markup that stands there as text.
    ["it is020 7946 0958", london],
    ["img_07700_900123"],
  ]),
  ...desk("US", [
    ["office 702/555-0177", is("702/555-0177", "+17025550177")],
    ["4155550134;ext=12", is("4155550134", "+14155550134", "12")],
    ['{"value":"4155550134;ext=12"}', is("4155550134", "+14155550134", "12")],
    ["Phone (415)     555     -     0134", is("(415)     555     -     0134", "+14155550134")],
    ["I have 4 1 5, 5 5 5, 0 1 3 4 here", is("4 1 5, 5 5 5, 0 1 3 4", "+14155550134")],
    [
      "From,To,Min,Cost\n(415) 555-0134,(415) 555-0177,3,$1.00",
      is("(415) 555-0134", "+14155550134"),
      is("(415) 555-0177", "+14155550177"),
    ],
  ]),
  ...desk("DE", [
    ["MaLo 51238696781"],
    ["Los 51238696781 von heute"],
    ["Kundennummer 0171 39200 12"],
    ["Telefonnr. 0171 3920012", is("0171 3920012", "+491713920012")],
    ["Vorwahl;Rufnummer\n0221;4710222"],
    ["Telefon (privat) 0 2 2 1 / 4 7 1 0 7 7 7", is("0 2 2 1 / 4 7 1 0 7 7 7", "+492214710777")],
    ["030 23125-0, Technik -20", is("030 23125-0", "+4930231250"), end("20", "+49302312520", "030 23125-20")],
    ["030 23125-0, heute -20 %", is("030 23125-0", "+4930231250")],
    [
      "089 99998 - 200 bis - 209",
      is("089 99998 - 200", "+498999998200"),
      end("209", "+498999998209", "089 99998 - 209"),
    ],
  ]),
  ...desk("FR", [
    ["NIR 1 63 09 75 116 001 42"],
    ["N° fiscal 01 99 001 234 567"],
    ["01 99 00 12\n02 61 91 13\nTotal 03"],
    ["01 99 00\n12 34", is("01 99 00\n12 34", "+33199001234")],
  ]),
  ...desk("ES", [
    ["93 000 00 00 / 93 000 00 01", is("93 000 00 00", "+34930000000"), is("93 000 00 01", "+34930000001")],
    ["WhatsApp 6 1 2 . 3 4 5 . 6 7 9", is("6 1 2 . 3 4 5 . 6 7 9", "+34612345679")],
  ]),
  ...desk("PL", [
    ["609 12 34 56", is("609 12 34 56", "+48609123456")],
    ["695, 000, 062", is("695, 000, 062", "+48695000062")],
    ["695, 500, 162"],
  ]),
  ...desk("NL", [["06 12 34 56 88", is("06 12 34 56 88", "+31612345688")]]),
  ...desk("IT", [["superenalotto 3 33 39 47 60 81"], ["IBAN IT60 X054 2811 1010 0000 0123 456"]]),
  ...desk("NZ", [["6421000001", may("6421000001", "+6421000001", "+916421000001")]]),
];
