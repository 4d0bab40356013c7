type Words = Record<string, Record<string, string>>;

declare module 'virtual:words/first/zh-CN' {
  const words: Words;
  export default words;
}
declare module 'virtual:words/first/en' {
  const words: Words;
  export default words;
}
declare module 'virtual:words/rest/zh-CN' {
  const words: Words;
  export default words;
}
declare module 'virtual:words/rest/en' {
  const words: Words;
  export default words;
}
declare module 'virtual:door-words' {
  const words: Record<'zh-CN' | 'en', Record<string, string>>;
  export default words;
}
