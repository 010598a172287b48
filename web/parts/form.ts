/** The form that the prominent button at the foot of a screen submits, if the screen has one. */
export const FORM = 'page-form';
