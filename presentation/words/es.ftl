### Español. Las palabras de todas las tarjetas; ningún otro lugar tiene textos para personas.
### Aquí no hay negrita ni cursiva: la tarjeta decide qué se destaca.

## Números

percent = { $number } %
# De un cambio que no es cero, pero se mostraría como cero.
percent-under = menos del { $limit } %

## Nombres

# En lugar de un nombre en el que no se ve nada.
no-visible-name = (sin nombre visible)
series = { $metric } en { $platform }

metric-spotify-popularity_score = popularidad
metric-spotify-followers = seguidores
metric-spotify-monthly_listeners = oyentes mensuales
metric-youtube-subscribers = suscriptores
metric-youtube-total_views = visualizaciones
metric-youtube-video_count = vídeos
metric-instagram-followers = seguidores
metric-instagram-media_count = publicaciones
metric-discord-member_count = miembros
metric-discord-online_count = conectados

## Tarjetas

# Después de las líneas que caben.
more-lines = y { $count } más
# El título sobre cuántas secciones no cupieron, y la línea de debajo.
more-sections = Y más
more-sections-count = { $count ->
    [one] { $count } parte más
   *[other] { $count } partes más
}
# Antes de las preguntas que se pueden hacer a continuación.
next-questions = A continuación:
