export default {
  pages: [
    'pages/ref/index',
    'pages/state/index',
    'pages/spread/index',
    'pages/context/index',
    'pages/twice/index',
  ],
}
