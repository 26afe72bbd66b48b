/** What a dialler is told of lists of callable numbers, in English (United Kingdom). */
export const callableEn = {
  noNext: "This is not the `next` of a page that this system got. Begin again without it.",
};
