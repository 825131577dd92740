"""The 2,048 words of our phrases: common Spanish, easy to say over a bad line and to write down.

Four to eight letters, none that needs an accent or an ñ, no two that begin with the same four
letters, no two that sound alike. Their order is part of the format: never change it.
"""

from __future__ import annotations

_TEXT = """
abajo abanico abarca abasto abedul abeja abeto abierto abismo abogado abono abrazo abrigo abrojo
absorto abuela abundar aburrido acabar academia acampar acaso acceso aceite acento acepta acera
achicar acierto acogida acomodo acordar acostar acre actitud actor actual acuerdo adaptar adelante
adentro adivino admirar adobe adoptar adorno adquirir adrede aduana adulto afable afecto afiche
afilar afirmar afluente afuera agalla agarrar agave agenda agitar agosto agotar agrado agregar
agrio agua aguja ahora ahumado airoso aislado ajedrez ajeno ajuar ajuste alabar alameda alarde
alba albergue alboroto alcalde alcoba aldea alegre alejar alelado alerta aleta alfarero alfiler
alfombra alga alguien aliado alicate aliento alinear aliviar allanar alma almeja almohada almuerzo
alojar alondra alpaca alpino alquiler altar alterno alto altura alubia alumno alzar amable
amanecer amapola amargo ambiente ambos ameno amigo amistad amor amparo amplio ampolla amuleto
anaquel ancho ancla andar anexo anfibio angosto anguila anhelo anillo animal anoche anotar ansioso
antena antiguo antojo anual anuncio anzuelo apagar aparato apego apelar apenas apetito apio
aplauso aplicar apodo aporte apoyo aprecio aprobar apuesta apuntar apuro aquel arado arbusto
arcilla arco ardilla arduo arena arete argolla arista armario aroma arpa arqueo arraigo arreglo
arriba arroyo arruga arte artista asado asamblea ascenso asear asegurar aseo asesor asfalto
asiento asilo asistir asno asomar aspecto aspirar astilla astro astuto asumir asunto atadura atajo
atarraya atender atinar atlas atleta atraer atribuir audaz aula aumento aunque aurora ausente
autor auxilio avance avellana avena avestruz aviso ayer ayote ayuda azada azahar azar azote azufre
azul babero bache baile bajar balanza balde ballena balsa banana banco bandeja banqueta baqueta
barato barba barca barniz barrio bastante basura batalla batea batido bautizo bazar bebida becario
bejuco belleza bendito benigno berro besar bici bien bigote billete bisagra bisnieto blanco bloque
blusa bobina boca bocina boda bodega bola boleto bolsa bombilla bonanza bondad bonito borde
borrador bosque bota botella bravo brazo brecha breve brillo brinco brisa brocha broma bronce
brote bruma bruto bucear bueno bufanda bulbo bulla bulto buque burbuja burro buscar butaca buzo
cabal cabello cabina cable cabo cabra cacao cacerola cada cadena caer cafe caja calabaza caldo
calidad calle calma calor calzado cama cambio camello camino camote campana canasta cancha canela
cangrejo canica canoa cansado cantar caoba capa capricho captar capullo caqui cara cargo caricia
carne carpa carro carta casa casco caseta casi casona castor catorce cauce caudal causa cautela
cazuela cebada cebolla cebra cedro ceibo celador celda celeste celo cena ceniza censo centro
cepillo cerca cereal cero cerro certeza cesta chacra chaleco chapa charco chasco cheque chico
chile chimenea chispa chivo choclo choza chuleta ciclo cielo cierto cifra cigarra cilindro cima
cimiento cinco cine cinta circo ciruela cisne cita ciudad claro clase clavel cliente clima club
cobija cobre cocina codo cohete colada colcha colegio collar colmena colonia columna coma comedor
comida como compra conejo confiar conjunto conocer consejo contar copa copia copla coral corbata
cordero corona corral cortina cosa cosecha cosido costa coto coyote crear crecer crema cresta
criar crin crisol criterio cromo cruce crudo crujir cruz cuaderno cualidad cuanto cuarto cuatro
cubeta cubo cuchara cuello cuenta cuerda cueva cuidar culebra culpa cultivo cumbre cumplir cuna
cuneta cuota cupo curar curioso curso curtir curva dado dama danza dardo dato deber decano decena
decidir decorar dedal dedicar dedo defensa definir dejar delante delegar delgado delicia demanda
demora denso dentro deporte derecho derivar derrame desayuno descanso desde deseo desfile desierto
deslizar desnivel despacio destino desvelo detalle detener deuda devolver diadema diamante diario
dibujo dicho dictado diente dieta diez digno dilema diluvio dinamo dinero diploma directo disco
disfraz distinto diurno diverso dividir doblar doce dolor domar domingo domo donar donde dorado
dormir dorso dosis dote drama ducha duda duelo duende dueto dulce duna duplicar durable duro
eclipse edad edificio editar educar efecto eficaz ejemplo ejercer elefante elegir elenco elevar
elipse elogio elote embarque embudo emerger emigrar emisora emitir emotivo empate empeine emplear
empresa empuje enagua encanto encender enchufe encima encogido endulzar energia enfado enfermo
enfoque enfriar engranar enigma enjambre enjuague enlace enorme enredo enrollar ensalada enseres
ensuciar entero entrada envase enviar envolver equidad erigir erizo ermita error esbelto escalera
escena escoba escribir escuela esencia esfera esfuerzo esmalte esmero espacio espejo espiga
esponja espuma esquina estable este estilo estrella estuche etapa eterno etiqueta evento evidente
evitar exacto examen exceso excluir exento exhibir exigir experto explicar expreso extenso extra
fachada factor facultad faena faja falda fallo falso faltar fama familia famoso fango farmacia
faro fase fatiga favor febrero fecha feliz felpa femenino feria fermento feroz festejo fiar fibra
ficha fideos fiebre fiel fierro fiesta figura fijar fila filo filtro final finca fineza fingir
fino firma flamenco flan flauta flecha flexible flojo flor flota fluido flujo foca fogata folio
follaje fondo forma foro forro fortuna foto fracaso franja frase freno fresa frijol frito frontera
frotar fruta fuego fuelle fuente fuera fuga fumar funda fusible futuro gabinete gacela gaita gajo
galaxia galgo galleta galope gama gamuza ganado gancho ganso garaje garbanzo garganta garra garza
gasa gaseosa gasolina gasto gato gaveta gaviota gelatina gema gemelo general genial gente genuino
gerente germen gesto gigante gimnasio girar glaciar global gloria goloso golpe goma gorila gorra
gota gotera gozar grabar gracias grada gramo grande grasa gratis grave greca greda gremio grieta
grifo grillo gripe gris grito grosor grueso grumo grupo gruta guaba guante guapo guardar guayaba
guineo guion guiso guitarra gusano gusto haba haber habitar hablar hacer hacha hacia halago hallar
hamaca hambre harina hasta hebilla hebra hecho helado helecho heredar hermano herrero hervir hielo
hierba higiene higuera hijo hilera hilo himno hinchar hipo historia hito hocico hogar hoguera hoja
hojear hola hombre honda honesto hongo honor hora hormiga horno hospital hostal hotel hoyo hoyuelo
hueco huella huerta hueso huida huir hule humano humilde humo icono idea idioma igual ileso
ilustre imagen imitar impar impedir imponer imprenta impulso incendio incluir indagar indicar
infancia infinito informe ingenio ingreso inhalar inicio injerto inmenso inmueble innato inodoro
inquieto insecto insignia inspirar instante insular intenso intuir inundar inventar invierno
inyectar iris isla islote istmo izar jadear jaguar jalar jalea jaque jarabe jarra jaula jefe
jengibre jerga jilguero jinete jirafa jocoso jornada joroba joven joya jubilar juego jueves jugada
jugo juguete juicio julio junco jungla junio junta jurar justo juvenil juzgar kayak kilo kiosco
kiwi koala labio labor labrar ladera lado ladrillo lagarto lago laguna lana lancha langosta lanza
lapicero largo larva lastre lata latido laurel lavabo lazo leal leche lector leer legado legible
legumbre lejano lejos lema lengua lenteja leopardo letargo letra levadura leve leyenda liana
liberar libre licencia licuar liebre lienzo liga ligero lijar lila lima limpio linaje lince linda
lino linterna lirio liso lista litera litoral litro llama llano llave llegar llenar llevar llorar
llover lluvia lobo local lograr loma lombriz lomo lona longitud lonja loro losa lote lozano lucero
lucha lucir luego lugar lujo lumbre luna lunes lupa lustre luto maceta machete macizo madeja madre
maduro maestro magia magnolia maizal majestad maleta malla malva mamut manada mancha mandar manejo
manga manija mano manta manual manzana mapa maqueta marco marea marfil margen mariposa martes
marzo masa masivo mata mate matiz matorral matriz maullar mayo mazorca mecer mecha medalla media
medusa mejilla mejor melena memoria menguar menor mensaje menta mercado merecer merienda mesa
meseta meta metro mezcla miel miembro mientras miga migrar milagro milla mimar mimbre mina mineral
ministro minuto mirada mirlo mirto mismo misterio mitad mito mixto mochila moda modelo modo mojar
molde moler molino momento moneda monitor mono montar mora morder moreno mosaico mosca mosquito
mostrar motivo motor mover moza mudanza mueble muela muestra mugir mujer muleta mundo mural muro
museo musgo mutuo nabo nacer nada nadie naipe naranja nariz narrar nata nativo natural navaja nave
navidad neblina negar negocio nervio neto neutro nevada nevera nicho nido niebla nieto nieve
ninguno nivel nobleza noche nodriza nogal nombre nopal norma norte nosotros nota noticia novato
novela novia nube nuca nudillo nudo nuera nueve nuez nulo nunca nutria oasis objeto oblea obra
obrero obsequio obtener obvio ocaso ochenta ocho ocio ocre octavo octubre ocupar ocurrir odisea
oeste oferta oficina ofrecer ojal ojera ojota oleaje oler olfato oliva olla olmo olor olvido
ombligo omega omitir once ondear onza opaco operar opinar oponer optar opuesto orador orca orden
oreja orgullo oriente origen orilla orquesta oruga osado oscuro ostra otorgar otro ovalado oveja
ovillo oyente ozono paciente pacto padecer padre pagar paila paisaje pala palco palma palo palpar
pampa panal pancarta panda panela panfleto pantalla panza papa papel paquete parada parcela pardo
parecer pariente parque parra parte pasaje pasear pasillo paso pasta pata patente patio pato
patria pausa pavo payaso peaje pecera pecho pedal pedir pegar peinar pelar pelear pelo peluca
pensar penumbra pepino pera percha perder pereza perfil perico perla permiso perno pero perro
persona pesado pesca peso petate piano picante pico piedra piel pieza pijama pilar piloto pimienta
pincel pino pintar pinza piola pionero pipa piragua piscina piso pista pitar pizarra pizca placer
plaga plan plata playa plaza plegar pleno pliego plomo pluma plural poblar pobre poco poder podio
poema poeta polea pollo polo polvo pomada pomelo poncho poner popular porque porta posada poseer
posible postre potable potro pozo prado precio predio pregunta premio prensa preparar presa prima
princesa prisa privado probar proceso prodigio profesor programa prohibir promesa pronto propio
prosa proteger proyecto prudente prueba puchero pudor pueblo puente puerta puesto pulga pulpo
pulsera puma punto pupila puro quebrada quedar queja quemar querer queso quetzal quiebra quilate
quince quitar rabia rabo racimo radar radio raja rallar rama ramo rampa rana rancho rango raqueta
raro rasgo raspar rastro rata rato raudal raya rayo raza realidad rebaja rebelde rebote recado
receta recibir recoger recreo recto recurso redactar redondo reducir referir reflejo reforma
refugio regalo regla regreso rehacer reina reja relato relevo relieve rellano reloj remar remedio
remo rendija renta renuevo reparar repetir repisa repleto reporte represa reptil repuesto resaca
rescate reserva resina resma resorte respeto resta resumen retazo retiro reto retrato reunir
revista rezago ribera rico riego riel rienda rifa rigor rima riqueza risa ritmo rito rival rizado
roble robusto roca roce rociar rodaje rodeo rodilla rogar rojo rollo romance romero romper ronco
ronda ropa ropero rosa rosca rostro rotar roto rubio rubro rueda rugir ruido ruina rulo rumbo
rumor ruptura rural ruta rutina saber sabio sabor sabroso sacar saco sacudir saeta safari sagaz
sagrado sala saldo salero salida salsa salto salud salvar sanar sandalia sano sapo saque sastre
sauce sauna savia secar secreto sector seda sede sediento seguir seis selecto sello selva semana
sembrar semilla sencillo senda sensato sentir separar sereno serie servir sesenta seta setenta
severo sexto siempre sierra siesta siete siglo signo silbar silencio silla silueta similar simple
sincero sirena sistema sitio situar soberano sobra socio solapa soledad solo soltar sombra sonar
sondeo sonido sonrisa sopa soplar soporte sorpresa sorteo sosiego sostener suave subida subsuelo
suceso sucio sudar sudor suegra suela suerte sufrir sugerir sujeto suma sumergir superar suponer
supremo surco surgir surtido suspiro sustento sutil suyo tabaco tabla taburete tacita taco tacto
tajada taladro talco talento taller tamal tambor tamiz tanque tanto tapa tapete tapia taquilla
tarde tarea tarifa tarjeta tarro tarta tasa tatuaje taxi teatro techo tecla tejado tejer tejido
tela tema temblor temer templo tenaz tender tenedor tenis tenor tensar tenue tercero ternura
terreno tesis tesoro testigo tetera texto tibio tiempo tienda tierra tieso tigre tijera tilde tilo
timbre tina tinta tipo tira tiza toalla tobillo tocar tocino todo toldo tolerar tomar tomillo
tonada tonel tono tope topo toque torcer torero tormenta torno toro torre torta tostada total
trabajo tractor traer traje tramo trapo tras tratar trazo trece tregua treinta tren trepar tres
tribu trigo trillar triste triunfo trofeo trompeta tronco trote trozo trucha trueno tubo tuerca
tumbar tupido turbina turismo turno turquesa tutor tuyo ubicar umbral unidad uniforme unir
universo untar urbano urgente urna urraca usar usted usual vaca vacuna vado vagar vaho vaina
vajilla vale valiente valle valor vapor vaquero vara variado vaso vasto vecino vector vega veinte
vejez vela veleta velo vena vencer vendaje venir ventana verano verbo verdad vereda vergel verso
verter vestido veta veterano viable viaje vibrar victoria vida video vidrio viejo viento viernes
viga vigente vigilar vigor villa vinagre vino virar virtud visera visitar visor vista vital
vitrina vivero vivir vivo vocablo volante volumen volver votar voto vuelo vulgar yacer yate yedra
yegua yema yerba yerno yeso yodo yoga yogur yuca yugo yunque yunta zafiro zafra zancada zanja
zapallo zarza zinc zona zorro zueco zumbar zumo zurcir zurdo
"""

WORDS: tuple[str, ...] = tuple(_TEXT.split())
