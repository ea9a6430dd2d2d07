/** The bundled worker, as text (scripts/benchPage.ts). */
declare module '*.text' {
  const text: string;
  export default text;
}
