export default {
  pages: [
    'pages/ref/index',
    'pages/reactive/index',
    'pages/options/index',
    'pages/pinia/index',
    'pages/raw/index',
    'pages/walked/index',
    'pages/twice/index',
    'pages/app/index',
  ],
}
