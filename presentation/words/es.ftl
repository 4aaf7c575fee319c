### Español. Las palabras de todas las tarjetas; ningún otro lugar tiene textos para personas.
### Aquí no hay negrita ni cursiva: la tarjeta decide qué se destaca.

## Números

percent = { $number } %
# De un cambio que no es cero, pero se mostraría como cero.
percent-under = menos del { $limit } %
number-under = menos de { $limit }

## Nombres

# En lugar de un nombre en el que no se ve nada.
no-visible-name = (sin nombre visible)
series = { $metric } en { $platform }

# Junto a un número, en la forma que este pide; sin número, en la de other.
metric-spotify-popularity_score = popularidad
metric-spotify-followers = { $count ->
    [one] seguidor
   *[other] seguidores
}
metric-spotify-monthly_listeners = { $count ->
    [one] oyente mensual
   *[other] oyentes mensuales
}
metric-spotify-daily_listeners = { $count ->
    [one] oyente al día
   *[other] oyentes al día
}
metric-spotify-daily_streams = { $count ->
    [one] reproducción al día
   *[other] reproducciones al día
}
metric-spotify-monthly_active_listeners = { $count ->
    [one] oyente activo mensual
   *[other] oyentes activos mensuales
}
metric-spotify-super_listeners = { $count ->
    [one] superoyente
   *[other] superoyentes
}
metric-spotify-daily_playlist_adds = { $count ->
    [one] añadido a playlists al día
   *[other] añadidos a playlists al día
}
metric-spotify-daily_saves = { $count ->
    [one] guardado al día
   *[other] guardados al día
}
metric-spotify-releases = { $count ->
    [one] lanzamiento
   *[other] lanzamientos
}
metric-youtube-subscribers = { $count ->
    [one] suscriptor
   *[other] suscriptores
}
metric-youtube-total_views = { $count ->
    [one] visualización
   *[other] visualizaciones
}
metric-youtube-video_count = { $count ->
    [one] vídeo
   *[other] vídeos
}
metric-youtube-daily_views = { $count ->
    [one] visualización al día
   *[other] visualizaciones al día
}
metric-instagram-followers = { $count ->
    [one] seguidor
   *[other] seguidores
}
metric-instagram-media_count = { $count ->
    [one] publicación
   *[other] publicaciones
}
metric-instagram-daily_reach = { $count ->
    [one] cuenta alcanzada al día
   *[other] cuentas alcanzadas al día
}
metric-instagram-daily_views = { $count ->
    [one] visualización al día
   *[other] visualizaciones al día
}
metric-instagram-daily_visits = { $count ->
    [one] visita al perfil al día
   *[other] visitas al perfil al día
}
metric-instagram-daily_follows = { $count ->
    [one] seguidor nuevo al día
   *[other] seguidores nuevos al día
}
metric-instagram-daily_interactions = { $count ->
    [one] interacción al día
   *[other] interacciones al día
}
metric-deezer-fans = { $count ->
    [one] fan
   *[other] fans
}
metric-deezer-albums = { $count ->
    [one] álbum
   *[other] álbumes
}
metric-listenbrainz-listeners = { $count ->
    [one] oyente
   *[other] oyentes
}
metric-listenbrainz-listens = { $count ->
    [one] escucha
   *[other] escuchas
}
metric-wikipedia-page_views = { $count ->
    [one] visita a la página por día
   *[other] visitas a la página por día
}
metric-discord-member_count = { $count ->
    [one] miembro
   *[other] miembros
}
metric-discord-online_count = { $count ->
    [one] conectado
   *[other] conectados
}
approximate-metric = { $metric } (aprox.)

## Tarjetas

# Después de las líneas que caben.
more-lines = y { $count } más
# Donde ningún botón puede pasar la página.
more-pages = { $count ->
    [one] { $count } página más
   *[other] { $count } páginas más
}
# Antes de las preguntas que se pueden hacer a continuación.
next-questions = A continuación:
# En la última línea de un mensaje que tiene varias páginas.
page-of-pages = página { $page } de { $pages }
previous-page = Anterior
next-page = Siguiente
# La última opción de una lista de artistas en un mensaje: lleva a otros de todos los artistas.
control-more-artists = Más artistas: { $from } a { $to } de { $all }
# A quien ha pulsado un botón que hizo una versión anterior o posterior del programa.
control-other-version = este botón es de otra versión del programa y ya no funciona: haz la pregunta de nuevo
control-artist-gone = el artista de este botón ya no está en la lista: haz la pregunta de nuevo

## Partes que usan varias tarjetas

as-of = al { $day }
of-day = del { $day }
oldest-of-day = el más antiguo del { $day }
from-to = { $from } al { $to }
in-brackets = ({ $text })
labelled = { $label }: { $text }
sample-data = datos de muestra
sample-note = datos de muestra: artistas ficticios, cifras inventadas
all-artists = Todos los artistas
the-label = El sello
total = Total
points = { $count ->
    [one] punto
   *[other] puntos
}
good-to-know = Conviene saber
no-figures-yet = Aún no hay cifras.
no-figures-of-artists = Aún no hay cifras de artistas.
no-recent-figures = sin cifras de los últimos 30 días
value-of-metric = { $value } { $metric }
score-of-100 = { $value } de 100 de { $metric }
value-too-old = { $value } es del { $day }, demasiado antiguo
change-in-days = { $change } en { $days }
of-artists = { $added } de { $artists }
days-count = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
artists-count = { $count ->
    [one] { $count } artista
   *[other] { $count } artistas
}
figures-count = { $count ->
    [one] { $count } cifra
   *[other] { $count } cifras
}
views-count = { $count ->
    [one] { $count } visualización
   *[other] { $count } visualizaciones
}
# Nombres de artistas, y cuántos hay además.
names-and-more = { $names } y { $count } más
# "y 3 más, 2 sin pronóstico"
and-rest = y { $rest }
rest-more = { $count } más
rest-without-forecast = { $count } sin pronóstico
rest-unchecked = { $count } aún sin comprobar

## Por qué falta una cifra

missing-no-account = sin cuenta de { $platform }
missing-no-figures = aún sin cifras
missing-not-offered = la plataforma no lo ofrece al acceso del sello
missing-hidden = oculto por quien tiene la cuenta
missing-not-found = no se encontró allí esa cuenta
missing-refused = la plataforma se negó a darlo
missing-not-yet = la plataforma aún no lo ha publicado
missing-failed = se preguntó a la plataforma y no dio una respuesta legible
missing-no-baseline = sin valor anterior con el que comparar
missing-baseline-zero = empezó en 0
missing-too-old = de hace más de 30 días, del { $day }
missing-no-newer = { $line }; desde el { $day }: { $why }
missing-withheld = lo que llegó quedó retenido, { $reason }
missing-all-too-old = las cifras tienen más de 30 días
missing-not-in-days = ninguna de estos días, la última es del { $day }
missing-unconfirmed-zero = cero hasta ahora, sin confirmar
missing-current-copied = aún no se sabe, la última cifra es una copia
missing-not-forecast = el modelo { $model } no ha pronosticado este valor
missing-already-past = los días terminan el { $day }, que ya pasó
missing-no-list = aún no se ha visto ninguna
missing-empty-list = lista vacía el { $day }
missing-beyond-horizon = el pronóstico no llega tan lejos
missing-no-forecast = sin pronóstico
missing-too-few-values = { $have ->
    [one] { $have } valor diario hasta ahora, un pronóstico necesita { $need }
   *[other] { $have } valores diarios hasta ahora, un pronóstico necesita { $need }
}
missing-too-few-weeks = menos de { $need } semanas enteras conocidas seguidas
missing-too-large = los valores son demasiado grandes para calcular con ellos
missing-no-solution = el modelo no encontró ningún pronóstico para estos valores

## Marcas

flag-level_change = cambio de nivel el { $days }
flag-counter_fell = la plataforma restó una parte el { $days }
flag-platform_purge = la plataforma eliminó cuentas de varios artistas el { $days }
flag-rounded = redondeado por la fuente
flag-copied_forward = copiado de un día anterior, sin medir, el { $days }
flag-gap = faltan días antes del { $days }
flag-unconfirmed_zero = cero hasta el { $days }, sin confirmar
days-and-more = { $count ->
    [one] { $days } y { $count } día más
   *[other] { $days } y { $count } días más
}
flagged-series = { $artist }, { $series }: { $flags }

## Hallazgos

finding-change = { $series }: { $change } el { $day } ({ $usual })
finding-change-over = { $series }: { $change } al día en los { $days } hasta el { $day } ({ $usual })
finding-usual = lo habitual { $usual }, { $range }
finding-range = de { $lower } a { $upper }
finding-level = { $series }: { $values } el { $day }, otro nivel: { $moved }
finding-level-between = { $series }: { $values } entre el { $from } y el { $day }, otro nivel: { $moved }
finding-moved-source = varios artistas saltaron el mismo día, así que la plataforma cambió algo
finding-moved-purge = la plataforma eliminó cuentas de varios artistas
finding-moved-artist = los demás artistas no saltaron
finding-moved-unknown = los demás artistas no dejan saber si fue la plataforma
finding-pace = { $series }: { $direction }, { $now } al día desde el { $day }, antes { $before } ({ $range })
finding-turned-up = ahora sube en vez de bajar
finding-turned-down = ahora baja en vez de subir
finding-grows-faster = crece más deprisa
finding-grows-slower = crece más despacio
finding-falls-faster = baja más deprisa
finding-falls-slower = baja más despacio
finding-grows = crece
finding-falls = baja
finding-grows-no-longer = ya no crece
finding-falls-no-longer = ya no baja
finding-stands = no se mueve
finding-more-a-day = más que antes
finding-less-a-day = menos que antes
finding-viral = viral el { $day }: { $parts }
finding-cooling = viral el { $day }, ya de vuelta a su ritmo habitual: { $parts }
finding-item = «{ $item }», { $series }
finding-part = { $what } { $change } al día (lo habitual { $usual })
finding-streak = { $series }: { $count ->
    [one] { $count } subida seguida, { $values }, del { $since } al { $day }
   *[other] { $count } subidas seguidas, { $values }, del { $since } al { $day }
}
finding-record = { $series }: el valor más alto hasta ahora, { $value } el { $day } (antes { $former }, del { $since })
finding-milestone = { $series }: { $reached }, alcanzado el { $day } ({ $values })
finding-milestone-between = { $series }: { $reached }, alcanzado entre el { $from } y el { $day } ({ $values })
finding-goal = meta de { $threshold }
finding-by-jump = por un salto a otro nivel
finding-achievement = logrado el { $day }: { $achievement }
finding-chance-often = { $count ->
    [one] por azar una vez al mes, más o menos
   *[other] por azar unas { $count } veces al mes
}
finding-chance-months = { $count ->
    [one] por azar una vez al mes, más o menos
   *[other] por azar una vez cada { $count } meses, más o menos
}
finding-chance-years = por azar una vez cada { $count } años, más o menos
finding-chance-rare = por azar menos de una vez en { $count } años

## Modelos

model-ensemble = conjunto
model-linear = lineal
model-arima = ARIMA
model-neural = neuronal
model-naive = «sigue igual»
model-other = otro
model-none = ningún modelo
model-named = modelo { $model }
models-named = modelos: { $models }

## Tarjeta de "stats"

stats-title = { $label } · el sello en cifras
stats-method = suma del valor más reciente de cada artista
stats-top = Los mejores · { $series }
stats-left-out = Fuera de los totales
stats-left-out-artist = { $artist } · { $figures }, no posterior al { $day }

## Tarjeta de "artist"

artist-method = cambios en { $days }
artist-missing-lists = Sin datos de ese día
artist-top-tracks = Canciones principales · { $platform }
artist-top-videos = Vídeos principales · { $platform }
artist-newest-release = Último lanzamiento · { $platform }
release-album = álbum
release-single = sencillo
release-compilation = recopilatorio
track-popularity = popularidad { $points }
# Cifras de un período, de un archivo.
artist-songs = Canciones · { $platform } · { $period }
artist-playlists = Playlists · { $platform } · { $period }
artist-song-weeks = Reproducciones de canciones sueltas en 7 días · { $platform }
artist-from-source = de { $sources }
artist-later = posterior al { $day }, el día de esta respuesta
artist-withheld = { $count ->
    [one] { $count } cifra de este archivo no se aceptó
   *[other] { $count } cifras de este archivo no se aceptaron
}
song-week-unknown = no se conocen todos los 7 días hasta el { $day }
song-week-until = hasta el { $day }
song-week-change = { $change } frente a los 7 días anteriores
streams-count = { $count ->
    [one] { $count } reproducción
   *[other] { $count } reproducciones
}
listeners-count = { $count ->
    [one] { $count } oyente
   *[other] { $count } oyentes
}
saves-count = { $count ->
    [one] { $count } guardado
   *[other] { $count } guardados
}
streams-unknown = reproducciones desconocidas
listeners-unknown = oyentes desconocidos
saves-unknown = guardados desconocidos
playlist-by = de { $author }
control-growth = Crecimiento
control-predict = Pronóstico

## Tarjeta de "growth"

growth-title = { $subject } · crecimiento en { $days }
growth-method = valor más reciente menos el de { $days } antes
# Detrás de una media diaria de semanas enteras, que se compara con la de otras tantas anteriores.
mean-of-days = media de { $days }
growth-more-moved = { $count } más con cambios
growth-unchanged = { $count } sin cambios
growth-not-comparable = { $count } sin cifra con la que comparar
growth-left-out-artist = { $artist } · { $figures }: { $why }
growth-oldest = Los totales contienen valores recientes a partir del { $day }.

## Tarjeta de "predict"

predict-title = { $subject } · a { $days } vista
predict-lead = Valor más reciente → esperado { $days } después; 4 de cada 5 resultados deberían caer en el intervalo del 80 %.
predict-lead-too-narrow = Valor más reciente → esperado { $days } después. El intervalo del 80 % está hecho para 4 de cada 5 resultados; algunos han contenido menos hasta ahora, como se indica.
predict-other-models = Donde el modelo pedido se desvió más que «sigue igual», se muestra y se nombra el siguiente mejor; donde ninguno se acercó más, «sigue igual».
predict-too-narrow = { $count ->
    [one] { $count } de estos intervalos del 80 % ha contenido claramente menos de 4 de cada 5 resultados: pregunta por su artista para ver el historial
   *[other] { $count } de estos intervalos del 80 % han contenido claramente menos de 4 de cada 5 resultados: pregunta por su artista para ver el historial
}
predicted-80 = { $predicted } (80 %: { $lower }–{ $upper })
interval-95 = 95 %: { $lower }–{ $upper }
predict-total = { $total } de { $artists }
predict-total-method = un total suma día a día los valores de los artistas, cuando cada uno tiene uno de ese día o de los { $days } anteriores, y se pronostica como una sola serie ({ $model })
predict-left-out = fuera del total de { $series }: { $artists } ({ $why })
no-value-of-30-days = sin valor de los últimos 30 días
too-few-values-so-far = muy pocos valores hasta ahora
artist-until = { $artist } hasta el { $day }
no-value-near-the-others = sin valor cercano a los más recientes de los demás
goal-when = meta { $value }: { $when }
goal-reached = alcanzada, desde el { $since }
goal-reached-or-earlier = alcanzada, desde el { $since } o antes
goal-no-forecast = sin pronóstico
goal-later-than = más de { $days }
goal-expected = se espera el { $expected }
goal-expected-range = se espera el { $expected } (80 %: { $earliest } a { $latest })
goal-unlikely = no se espera en { $days } (80 %: { $earliest } a { $latest })
goal-not-within = no en { $days }

## Cuánto se desviaron los pronósticos anteriores

record-short = desvío de { $off }, mediana de { $checked }
record-unchecked = aún sin comprobar
record-beside = { $days ->
    [one] pronósticos anteriores a { $days } día: { $record }
   *[other] pronósticos anteriores a { $days } días: { $record }
}
record-beside-none = { $days ->
    [one] aún no se pudo comprobar ningún pronóstico anterior a { $days } día
   *[other] aún no se pudo comprobar ningún pronóstico anterior a { $days } días
}
record-held-80 = el intervalo del 80 % acertó { $held } de { $checked }
record-held-80-few = el intervalo del 80 % acertó solo { $held } de { $checked }: los resultados quedan fuera más a menudo de lo que dice
record-held-few = el intervalo del 80 % acertó solo { $held }: más estrecho de lo que dice
record-too-narrow = los intervalos fueron más estrechos de lo que dicen
record-instead = se muestra { $model }: el modelo { $asked } se desvió { $off } a esta distancia, «sigue igual» { $naive }, mediana de { $checked }
record-held = el intervalo del 80 % acertó { $held }
record-none = { $days ->
    [one] aún no se pudo comprobar ningún pronóstico a { $days } día
   *[other] aún no se pudo comprobar ningún pronóstico a { $days } días
}
record-off = { $days ->
    [one] los pronósticos a { $days } día se desviaron { $off } (mediana de { $checked })
   *[other] los pronósticos a { $days } días se desviaron { $off } (mediana de { $checked })
}
record-outcomes = { $checked ->
    [one] de { $checked } resultado, { $held }
   *[other] de { $checked } resultados, { $held }
}
record-in-80 = { $held } en el intervalo del 80 %
record-in-95 = { $held } en el intervalo del 95 %
record-naive = decir «sigue igual» se habría desviado { $off }
record-naive-farther = decir «sigue igual» se habría desviado { $off }: los pronósticos acertaron más
record-naive-equal = decir «sigue igual» se habría desviado { $off }: lo mismo
record-naive-nearer = decir «sigue igual» se habría desviado { $off }: los pronósticos acertaron menos
accuracy-title = { $days ->
    [one] { $subject } · cuánto se desviaron los pronósticos a { $days } día
   *[other] { $subject } · cuánto se desviaron los pronósticos a { $days } días
}
accuracy-lead = Pronósticos hechos para días anteriores con lo que se sabía entonces, comparados con lo que ocurrió.

## Tarjeta de "battle"

battle-title = { $one } contra { $two }
battle-method = gana el mayor valor reciente
battle-nobody = No hay ninguna cifra que tengan ambos, así que nadie gana.
battle-leads = { $artist } gana { $won } a { $lost } en { $figures } que tienen ambos.
battle-tie = Empate a { $won } en { $figures } que tienen ambos.
battle-not-compared = Sin comparar
battle-both-have = ambos: { $missing }
battle-has = { $artist }: { $missing }
battle-too-old = el valor de { $artist } es del { $day }, demasiado antiguo
battle-zero = el cero de { $artist } no está confirmado

## Tarjeta de "leaderboard"

leaderboard-title = { $ranking } · clasificación
leaderboard-method = entre paréntesis el cambio en { $days }, con ▲▼ los puestos
leaderboard-sum = { $ranking } = { $parts }
leaderboard-sum-note = quien sigue en dos plataformas cuenta dos veces; lo que falta no suma nada
leaderboard-momentum = lo que gana el alcance por semana al ritmo de las últimas dos, menos la semana mediana anterior, como parte del alcance
leaderboard-engagement = visualizaciones en YouTube de 28 días por suscriptor
leaderboard-none = Ningún artista tiene una cifra de los últimos 30 días.
leaderboard-parts = { $known } de { $all } partes
leaderboard-unranked = Sin puesto
leaderboard-no-account = sin cuenta en estas plataformas

## Tarjeta de "trends"

trends-title = { $subject } · lo más notable en { $days }
trends-method = lo que exige una prueba le toca a cada artista { $chance }
trends-none = Nada notable: todas las cifras se movieron dentro de lo habitual.
trends-none-of-kind = Nada de este tipo en estos días.
trends-doubtful = Marcado por el validador
corrections = Retenido, corregido y retirado
corrections-withheld = { $series } del { $day }: { $found } retenido, { $reason }
corrections-replaced = { $series } del { $day }: { $before } corregido a { $now } el { $on }
corrections-removed = { $series } del { $day }: { $before } retirado el { $on }
corrections-added = { $series } del { $day }: { $now } añadido el { $on }
corrections-taken-back = retirado el { $day }, { $why }: { $finding }
taken-back-late = porque llegaron cifras con retraso
taken-back-marked = porque el validador marcó cifras más tarde
taken-back-corrected = porque se corrigieron cifras
withheld-missing = la fuente no tenía ninguno
withheld-zero_without_account = cero sin cuenta
withheld-unknown_metric = desconocido en esta versión
withheld-no_metrics = no se dio nada
withheld-not_a_number = no es un número
withheld-not_whole = una cuenta con decimales
withheld-negative = una cuenta por debajo de cero
withheld-out_of_range = fuera de lo posible
withheld-future_date = con fecha futura
withheld-zero_after_positive = un cero tras cifras mayores que cero
withheld-conflict = hay otra cifra de ese día

## Tarjeta de "momentum"

momentum-title = { $subject } · ritmo de los últimos { $days }
momentum-method = ritmo de los últimos { $days } frente a la semana mediana de hasta 12 anteriores; el rango abarca 9 de cada 10 mientras nada cambia
momentum-turning = Cambian de sentido
momentum-accelerating = Aceleran
momentum-slowing = Se frenan
momentum-none = Ninguna cifra ha cambiado de ritmo.
momentum-as-before = { $count ->
    [one] { $count } cifra al ritmo de antes
   *[other] { $count } cifras al ritmo de antes
}
momentum-not-comparable = { $count } sin semanas suficientes para comparar
pace-as-before = como antes

## Tarjeta de "viral"

viral-title = { $subject } · lo viral, { $within }
viral-within-24h = el último día
viral-within-7d = últimos 7 días
viral-within-30d = últimos 30 días
viral-within-all = todos los días
viral-method = viral: varias cifras, o un tema o vídeo, muy por encima de su día habitual a la vez
viral-none = Nada se hizo viral.
viral-alone = Una sola cifra muy por encima de su día habitual
viral-cooled = Vuelve a lo habitual
viral-not-observed = Sin cifras de estos días

## Tarjeta de "help"

help-title = Qué se puede preguntar
help-method = basta una parte del nombre; mayúsculas y acentos no importan

## Tarjeta de "spotlight"

spotlight-title = { $subject } · en el foco
spotlight-nobody = Nadie
spotlight-method = el artista del buen hallazgo menos probable desde el { $day }; si no lo hay, el del mayor hito, récord o racha; si tampoco, el de mayor crecimiento de alcance
spotlight-none = Ninguna semana destaca: ni buenos hallazgos, ni hitos, ni crecimiento de alcance.
spotlight-least-likely = La buena noticia menos probable de la semana: { $finding }
spotlight-mark = Alcanzado esta semana: { $finding }
spotlight-growth = El mayor crecimiento de alcance total de la semana: { $values } ({ $change })
spotlight-findings = También esta semana

## Tarjeta de "milestones"

milestones-title = { $subject } · hitos
milestones-method = pasos 10, 25, 50, 100, 250 …; días según el pronóstico del conjunto, o del modelo con mejor historial
milestones-expected = Esperados
milestones-possible = Posibles dentro del pronóstico, no esperados
milestones-not-in-sight = No a la vista
milestones-no-forecast = Aún sin pronóstico
milestones-unknown = No se sabe
milestones-reached = Alcanzados
milestones-none = Ninguno hasta ahora.
milestones-before = ya estuvo ahí, hasta el { $day }
milestones-next = { $left ->
    [one] { $series }: { $current }, siguiente { $next } (falta { $left })
   *[other] { $series }: { $current }, siguiente { $next } (faltan { $left })
}
milestones-goals = Metas
milestones-goals-reached = Metas alcanzadas
milestones-goal = { $left ->
    [one] { $series }: { $current }, meta { $goal } (falta { $left })
   *[other] { $series }: { $current }, meta { $goal } (faltan { $left })
}
milestones-goal-reached = { $series }: meta de { $goal } alcanzada el { $day }
milestones-goal-without = { $series }: meta { $goal }
outlook-kept = para el { $day }: a tiempo
outlook-missed = para el { $day }: no se alcanzó
outlook-expected = para el { $day }: se espera a tiempo
outlook-possible = para el { $day }: posible, no se espera
outlook-unlikely = para el { $day }: no se espera
outlook-unknown = para el { $day }: demasiado lejos para saberlo

## Tarjeta de "weekly"

weekly-title = La semana del sello · { $from } a { $to }
weekly-method = últimos valores de la semana menos los últimos anteriores a ella
weekly-time-zone = Zona horaria: { $time_zone }
weekly-so-far = { $days ->
    [one] un día de la semana hasta ahora, hasta el { $day }; observados: { $observed }
   *[other] { $days } días de la semana, hasta el { $day }; observados: { $observed }
}
weekly-reach = Alcance total
weekly-gained-most = quien más ganó: { $artist } { $change } ({ $values })
weekly-lost-most = quien más perdió: { $artist } { $change } ({ $values })
weekly-findings = Lo más notable
weekly-expected = Se espera para el { $day }
weekly-expected-each = Se espera 7 días después de las cifras más nuevas
weekly-unobserved = En esta semana no se observó nada. Las cifras más nuevas son del { $day }.

## Tarjeta de "achievements"

achievements-title = { $subject } · logros
achievements-method = cada uno con el día de la observación que lo ganó; lo ganado queda ganado
achievements-num = { $earned } de { $all } ganados
achievements-of = ganados, de { $count ->
    [one] uno que puede ganar un artista
   *[other] { $count } que puede ganar un artista
}
achievements-earned = Ganados
achievements-ahead = Por ganar
achievements-unknown = No se sabe: sin cifras
achievements-newest = Los más recientes
achievements-of-label = Juntos
achievements-earned-on = ganado el { $day }
achievements-earned-by = ya estaba el { $day }, ganado entonces o antes
achievements-so-far = { $have } hasta ahora
achievements-times-so-far = { $have ->
    [one] { $have } vez como mucho hasta ahora
   *[other] { $have } veces como mucho hasta ahora
}
achievements-years-so-far = { $have ->
    [one] una vez en { $have } año hasta ahora
   *[other] una vez en { $have } años hasta ahora
}
achievements-none-so-far = nada hasta ahora
achievement-reach = { $need } seguidores en todas las plataformas juntas
achievement-views = { $need } visualizaciones en YouTube
achievement-times = { $need } veces los seguidores de un año antes, desde 50
achievement-viral = { $count ->
    [one] se hizo viral
   *[other] se hizo viral { $count } veces
}
achievement-video = un vídeo con { $need } visualizaciones
achievement-streak = { $need } subidas seguidas de una cifra
achievement-observed = observado { $need } días seguidos
achievement-on-record = { $need } días de registro
achievement-milestones-together = { $need } artistas con un hito en la misma semana
achievement-viral-together = { $need } artistas virales en la misma semana
achievement-members = { $need } miembros en Discord
achievement-rare = buenas noticias que el azar trae menos de una vez en { $need } años
achievement-three-platforms = { $need } seguidores en cada una de tres plataformas

## Tarjeta de "compare"

compare-title = { $series } · comparación en { $days }
compare-method = valores más recientes, entre paréntesis el cambio en { $days }
compare-per-day = { $rate } al día
compare-at-this-pace = Si ambos siguen a este ritmo
compare-overtakes = { $artist } adelanta a { $overtaken } el { $day }

## Tarjeta de "recap"

recap-title = { $subject } · { $year }
recap-method = valor más reciente del año menos el último anterior, o el primero del año; los totales suman los de cada artista
recap-observed = { $days ->
    [one] un día hasta el { $day }; observados: { $observed }
   *[other] { $days } días hasta el { $day }; observados: { $observed }
}
recap-nothing = Ninguna cifra de este año se puede comparar.
recap-since = desde el { $day }
recap-best-months = Mejores meses
recap-best-month = { $series }: { $month }, { $change }
recap-gained-most = quien más ganó: { $artist } { $change }
recap-milestones = Mayores hitos
recap-findings = Buenas noticias menos probables
recap-in-numbers = En números
recap-jumps = ⚠ incluye saltos a otro nivel: no solo crecimiento

## Imágenes

chart-observed = observado
chart-expected = esperado
chart-interval-80 = intervalo del 80 %
chart-interval-95 = intervalo del 95 %
chart-level-change = salto o caída
chart-goal = meta { $value }
chart-subtitle = { $predicted } el { $day } (80 %: { $lower }–{ $upper })
chart-milestone = hito
chart-title = { $about } · { $days }
chart-title-all = Todos los artistas
chart-method = primer y último valor de cada línea; lo esperado: a 30 días
chart-passed = { $number } alcanzado el { $day }
chart-expected-then = se espera { $predicted } el { $day } (80 %: { $lower }–{ $upper })
chart-empty = no se puede dibujar
chart-all-artists = suma de todos los artistas
chart-sample = datos de muestra: cifras inventadas
chart-alt = Gráficos de líneas: { $title }. { $panels }
chart-alt-total = { $line } día a día; el total en la respuesta: { $change }, { $artists } con un valor en ambos extremos
chart-sum = { $line }, suma de { $artists }

## Qué falla en una pregunta

refusal-title = No se pudo responder
refusal-empty = no se preguntó nada: empieza con un comando, uno de { $commands }
refusal-unknown-command = no existe el comando «{ $found }»: ¿querías decir { $nearest }?
refusal-stray-text = «{ $found }» no pertenece a ninguna opción de { $command }: { $options }
refusal-unknown-option = { $command } no tiene la opción «{ $found }»: { $options }
refusal-options = sus opciones son { $options }
refusal-no-options = no tiene opciones
refusal-repeated-option = { $option } se dio dos veces: dala una sola vez
refusal-empty-option = { $option } está vacía: dale un valor o quítala
refusal-missing-option = { $command } necesita { $option }: escribe { $command } { $option }:{ $example }
refusal-not-days = { $option } es un número entero de días de { $min } a { $max }, no «{ $found }»
refusal-not-a-number = { $option } es un número entero de { $min } a { $max }, no «{ $found }»
refusal-needs-too = { $given } necesita también { $needed }: añade { $needed }:{ $example }
refusal-not-a-choice = { $option } es una de { $choices }, no «{ $found }»
refusal-no-artists = ningún artista se llama «{ $found }»: aún no hay artistas en la lista
refusal-unknown-artist = ningún artista se llama «{ $found }»: ¿querías decir { $nearest }?
refusal-ambiguous-artist = «{ $found }» coincide con { $fitting } artistas, escribe más del nombre: { $artists }
refusal-confusable-artists = «{ $found }» coincide con { $fitting } artistas cuyos nombres se confunden, escribe uno de los identificadores entre paréntesis: { $artists }
refusal-unknown-time-zone = no hay ninguna zona horaria «{ $found }»: escribe un nombre de la base de datos IANA, como America/Bogota
refusal-same-artist = ambas opciones nombran a «{ $artist }»: nombra a dos artistas distintos
refusal-num-artists = { $option } admite de { $min } a { $max } artistas separados por comas, no { $found }
refusal-nothing-collected = aún no hay cifras: importa un historial o recopila primero
refusal-nothing-by = no se observó nada hasta el { $day }: la primera observación es del { $first }
too-fast = son muchas preguntas a la vez: vuelve a preguntar en unos segundos
unavailable = no se puede llegar a las cifras en este momento: vuelve a preguntar en unos minutos

## Comandos, como los muestran Discord y la ayuda

command-stats = El sello ahora: totales por plataforma, miembros y mejores artistas
command-artist = Un artista en todas las plataformas, con sus canciones y vídeos principales
command-artist-name = El artista, o una parte del nombre
command-growth = Qué cambió en un número de días, y quién va en cabeza
command-growth-artist = Solo este artista; sin ella, todos
command-growth-period = Número de días para comparar; 30 si no se indica
command-predict = Hacia dónde van las cifras, y con qué seguridad
command-predict-artist = Solo este artista; sin ella, todos
command-predict-days = Número de días vista; 30 si no se indica
command-predict-metric = Solo esta métrica; sin ella, todas
command-predict-models = De qué modelo; sin ella, el conjunto
command-predict-goal = Una cifra por alcanzar: ¿cuándo llegará la métrica?
command-accuracy = Cuánto se desviaron los pronósticos y cuántas veces acertaron sus intervalos
command-accuracy-artist = Solo este artista; sin ella, todos
command-accuracy-days = Pronósticos a cuántos días; 30 si no se indica
command-accuracy-model = De qué modelo; sin ella, el conjunto
command-battle = Un cara a cara amistoso entre dos artistas
command-battle-artist1 = El primer artista, o una parte del nombre
command-battle-artist2 = El segundo artista, o una parte del nombre
command-battle-platform = Comparar solo en esta plataforma; sin ella, en todas
command-leaderboard = La clasificación de todos los artistas, y cómo se movió en 7 días
command-leaderboard-metric = Por qué métrica; sin ella, oyentes mensuales en Spotify
command-trends = Lo más notable: días inusuales, cambios de ritmo, récords, hitos
command-trends-artist = Solo este artista; sin ella, todos
command-trends-period = Número de días que se miran; 30 si no se indica
command-trends-kind = Solo hallazgos de este tipo; sin ella, todos
command-momentum = Qué acelera, qué se frena y qué cambia de sentido
command-momentum-artist = Solo este artista; sin ella, todos
command-momentum-period = Días del ritmo nuevo, en semanas enteras; 14 si no se indica
command-viral = Si algo está despegando
command-viral-timeframe = Hasta cuándo se mira atrás; 7 días si no se indica
command-viral-artist = Solo este artista; sin ella, todos
command-spotlight = Un artista del que hablar esta semana
command-spotlight-artist = La semana de este artista, en vez de la que destaca
choice-24h = El último día
choice-7d = 7 días
choice-30d = 30 días
choice-timeframe-all = Todos los días
command-milestones = Qué se alcanzó y cuándo, y qué viene después
command-milestones-artist = Solo este artista; sin ella, todos
command-milestones-type = Los que vienen, los alcanzados o ambos; ambos si no se indica
choice-upcoming = Los que vienen
choice-achieved = Alcanzados
choice-type-all = Ambos
command-weekly = La semana del sello en un mensaje
command-weekly-week_offset = Semanas atrás; 0, esta semana, si no se indica
command-achievements = Qué se ganó, y cuánto falta para el resto
command-achievements-artist = Solo este artista; sin ella, todos
command-achievements-category = Solo esta categoría; sin ella, todas
choice-category-all = Todas las categorías
choice-growth = Crecimiento
choice-consistency = Constancia
choice-collective = Juntos
choice-rare = Raros
command-chart = Un gráfico de una o varias cifras, con hitos y lo que se espera
command-chart-artists = De uno a seis artistas, separados por comas; sin indicar, todos
command-chart-metric = Qué mostrar; sin indicar, las cifras más importantes
command-chart-period = Número de días hacia atrás (90 si no se indica)
command-chart-theme = Colores del gráfico (oscuros si no se indica)
command-compare = Varios artistas según una métrica: dónde están y a qué ritmo se mueven
command-compare-artists = De dos a diez artistas, separados por comas
command-compare-metric = Qué se compara; oyentes mensuales en Spotify si no se indica
command-compare-period = Número de días en que se movieron; 30 si no se indica
command-recap = Un año en una respuesta
command-recap-year = El año; sin ella, este
command-recap-artist = Solo este artista; sin ella, todos
command-help = Qué se puede preguntar y con qué opciones
choice-platform-all = Todas las plataformas
choice-metric-all = Todas las métricas
choice-kind-all = Todos los tipos
choice-dark = Oscuros
choice-light = Claros
choice-viral = Viral
choice-milestone = Hitos
choice-record = Récords
choice-level_change = Saltos a otro nivel
choice-turn = Giros
choice-accelerating = Acelera
choice-slowing = Se frena
choice-spike = Días inusualmente buenos
choice-drop = Días inusualmente malos
choice-cooling = Vuelve a lo habitual
choice-streak = Rachas
choice-achievement = Logros
choice-models-all = Todos los modelos lado a lado
choice-total-reach = Alcance total
choice-momentum = Impulso
choice-engagement = Interacción
choice-ensemble = Conjunto de todos los modelos
choice-linear = Lineal
choice-arima = ARIMA
choice-neural = Red neuronal

## Servidores de Discord

server-command-settings = Idioma, zona horaria y artistas de este servidor; sin opciones, lo que hay
server-command-alerts = Dónde se publican los hallazgos nuevos; sin opciones, lo que hay
server-command-report = Dónde y cuándo se publica la semana; sin opciones, lo que hay
server-option-language = Idioma de lo que todos ven
server-option-time-zone = Un nombre como America/Bogota
server-option-artists = Artistas que se ofrecen primero y de quienes hay avisos, separados por comas; all para todos
server-option-channel = El canal
server-option-kinds = Tipos como viral, milestone; all para todos
server-option-off = Lo desactiva
server-option-weekday = Día de la semana
server-option-hour = Hora del día en la zona horaria de este servidor
server-language-en = Inglés
server-language-es = Español
server-language-as-discord = Como el servidor en Discord
weekday-monday = lunes
weekday-tuesday = martes
weekday-wednesday = miércoles
weekday-thursday = jueves
weekday-friday = viernes
weekday-saturday = sábado
weekday-sunday = domingo
server-title = Ajustes de este servidor
server-language = Idioma
server-time-zone = Zona horaria
server-time-zone-not-set = sin elegir: los días son los del sello, y la hora del informe es UTC
server-artists = Artistas
server-artists-note = Aparecen primero donde se ofrecen artistas, y los avisos tratan solo de ellos. Las respuestas sobre el sello y el informe tratan de todos sus artistas.
server-alerts = Avisos
server-report = Informe semanal
server-all = todos
server-off = desactivado
server-alerts-refused = Los avisos están desactivados: durante un día el bot no pudo publicar allí. Déjale ver el canal y enviar mensajes, y actívalos de nuevo.
server-report-refused = El informe está desactivado: durante un día el bot no pudo publicar allí. Déjale ver el canal y enviar mensajes, y actívalo de nuevo.
server-fault-title = No se cambió nada
server-fault-not-in-server = los ajustes son de un servidor: usa este comando en uno
server-fault-not-manager = solo quien puede gestionar el servidor puede cambiar esto
server-fault-not-open = quien opera este bot no lo ha abierto a este servidor
server-fault-time-zone = no hay ninguna zona horaria { $found }: da un nombre como America/Bogota
server-fault-kind = no hay ningún tipo { $found }; hay { $known }
server-fault-artists = se pueden elegir { $count } artistas como máximo
server-fault-channel = el bot no puede publicar en { $channel }: déjale ver el canal y enviar mensajes allí
server-fault-own-channel = tú no puedes publicar en { $channel }: elige un canal donde puedas
server-fault-no-channel = ¿qué canal? da uno, como en channel: general
server-fault-no-time = ¿cuándo? da un día de la semana y una hora
alert-title = Hallazgos nuevos
alert-method = publicado sin que nadie lo pida: quien gestiona el servidor puede cambiarlo

# Cómo resultan las cifras
explanation-title = Cómo resultan estas cifras
explanation-how = Los lugares son los de la respuesta tipada (JSON Pointers en data de --json). Un número entre corchetes tras un valor señala el valor observado de abajo.
explanation-figures = Cifras
explanation-observed = Valores observados
explanation-breakdowns = Cifras de períodos
explanation-none = Sin explicación
explanation-result = { $value } = { $formula }
explanation-not-found = no se encontró ningún evento guardado
explanation-days = Días
explanation-steps = Números intermedios
explanation-methods = Métodos de los hallazgos
explanation-series = Series
explanation-goals = Metas
explanation-forecasts = Pronósticos
explanation-counted = Hallazgos que se cuentan
explanation-undone = Hallazgos retirados, y por qué valores
explanation-withheld = Cifras retenidas o retiradas, y por qué eventos
explanation-day = { $day }: { $reached } es al menos { $needed }
explanation-day-before = antes { $before }
explanation-used = { $count } usados
explanation-weekday = solo del día { $number } de la semana (1 es lunes)
explanation-events = { $stream } { $first } a { $last }, { $count ->
    [one] { $count } evento
   *[other] { $count } eventos
}
explanation-computed = calculado para esta respuesta, no guardado
explanation-goal = { $value } desde { $since }
explanation-goal-by = { $value } desde { $since }, para el { $by }
explanation-otherwise = { $span } cuenta como { $counted } en lugar de { $was } al día
explanation-pace-of = { $value } al día ({ $series } { $span })
explanation-taken-back = un hallazgo según lo que se sabía antes de retirarlo: lo que vale no da sus cifras
explanation-not-reproduced = los eventos guardados no dan esta cifra: puede que haya llegado algo desde entonces
explanation-command = Las cifras de este comando no se explican.
formula-mean = ({ $sum }) / { $count }
formula-difference = { $a } − { $b }
formula-percent = ({ $a } − { $b }) / { $b } × 100
formula-quotient = { $a } / { $b }
formula-difference-quotient = ({ $a } − { $b }) / { $c }
formula-pair = ({ $a } − { $b })
formula-median = mediana de { $inputs }
formula-least = el menor de { $inputs }
formula-greatest = el mayor de { $inputs }
formula-third-greatest = el tercero mayor de { $inputs }
formula-number-of = número de { $inputs }
formula-none = ninguno
formula-days-inclusive = { $a } + 1
formula-rises = { $a } − 1
formula-highest-of-series = { $a }, el más alto de { $b }
formula-next-on-ladder = el siguiente de 10, 25, 50, 100, 250 y así por encima de { $a }
formula-highest-on-ladder = el más alto de 10, 25, 50, 100, 250 y así por encima de { $b }, hasta { $a }
formula-years-by-chance = 1 / (12 × { $a })
formula-median-of-changes = mediana de los cambios de { $a }
formula-spread-of-changes = 1.4826 × mediana de las distancias de los cambios de { $a } a lo habitual para cada uno, al principio { $b }; nunca menos de lo que dan el conteo y el redondeo
formula-usual-of-weekday = { $a } + ({ $b } − { $a }) × (1 − { $c }² × π / 2 / { $d } / ({ $b } − { $a })²), el paréntesis al menos 0
formula-leaving-window = la mayor subida inusual de { $a } una ventana antes, como caída
formula-distance-above = ({ $a } − { $b }) / { $c } × √{ $d }
formula-distance-below = ({ $b } + { $c } − { $a }) / { $d } × √{ $e }
formula-tail-start-above = el percentil 90 de las distancias por encima de lo habitual de { $a }
formula-tail-start-below = el percentil 90 de las distancias por debajo de lo habitual de { $a }
formula-tail-scale-above = la mediana de lo que las distancias por encima de lo habitual de { $a } superan el inicio de la cola × 0.1 / (2^0.1 − 1), al menos 0.45
formula-tail-scale-below = la mediana de lo que las distancias por debajo de lo habitual de { $a } superan el inicio de la cola × 0.1 / (2^0.1 − 1), al menos 0.45
formula-tail-probability = 0.1 × (1 + 0.1 × ({ $a } − { $b }) / { $c })^−10, según { $d }, { $e }
formula-tail-quantile = { $b } + { $c } / 0.1 × (({ $a } / 0.1)^−0.1 − 1), según { $d }
formula-student-tail = la probabilidad de { $a } o más según la t de Student con { $b }
formula-student-quantile = lo que la t de Student con { $b } supera con { $a }
formula-odds-of-day = 0.5 × { $a } / ({ $b } × 30 × 2)
formula-odds-of-pace = 0.25 × { $a } / ({ $b } × 15 × 2)
formula-odds-of-viral = 0.25 × { $a } / 30
formula-scaled = { $a } / { $b } × { $c }
formula-lower-of-day = { $a } + { $b } − { $c } × { $d } / √{ $e }
formula-upper-of-day = { $a } + { $b } × { $c } / √{ $d }
formula-lower-of-pace = { $a } − { $b } × { $c }
formula-upper-of-pace = { $a } + { $b } × { $c }
formula-spread-of-weeks = Qn de las semanas de { $a }; nunca menos de lo que da el conteo
formula-freedom-of-weeks = semanas de { $a } / 2 × (su dispersión / la misma antes de subirla a lo que da el conteo)^4, como mucho 30
formula-error-of-difference = { $a } × √(1 / { $b } + π / 2 / { $c })
formula-pace-distance = el más cercano a 0 de ({ $a } − { $c }) / { $d } y ({ $b } − { $c }) / { $d }
formula-second-smallest = 1 − (1 − { $a })^{ $b } − { $b } × { $a } × (1 − { $a })^({ $b } − 1)
formula-any-of = { $a } × { $b }, como mucho 1
formula-percent-a-week = 100 × 7 × { $a } / { $b }
quantity = { $value } ({ $what })
quantity-per-day = cambio al día
quantity-median = mediana de los cambios
quantity-weekday-median = mediana del día de la semana
quantity-num-of-weekday = cambios de ese día de la semana
quantity-usual = cambio habitual
quantity-spread = dispersión
quantity-leaving = sale de la ventana
quantity-num-days = días
quantity-distance = distancia a lo habitual
quantity-num-distances = distancias anteriores
quantity-num-at-least = al menos igual de grandes
quantity-tail-start = inicio de la cola
quantity-tail-scale = escala de la cola
quantity-likelihood = probabilidad
quantity-probability = probabilidad exigida
quantity-quantile = superado con esa probabilidad
quantity-freedom = grados de libertad
quantity-by-chance = hallazgos por azar al mes
quantity-num-series = series examinadas
quantity-num-items = canciones o videos listados
quantity-num-weeks = semanas del ritmo nuevo
quantity-num-weeks-before = semanas anteriores
quantity-winsorized = ritmo nuevo, winsorizado
quantity-new-pace = ritmo nuevo
quantity-pace-before = mediana del ritmo de las semanas anteriores
quantity-gained-more = ganado de más al día
quantity-reach = alcance
quantity-highest = valor más alto anterior
quantity-standard-error = error estándar
